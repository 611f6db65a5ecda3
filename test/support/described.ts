/** Holds answers to the description of the API that the service hands out. */
import { Validator } from '@cfworker/json-schema';
import { expect } from 'vitest';
import document from '../../public/openapi.json';

const BASE = '/api/v1.0';

export interface Described {
  security: object[];
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, ResponseObject>;
}

interface ResponseObject {
  headers: Record<string, object>;
  content: Record<string, { schema: object }>;
}

const paths = Object.entries(document.paths as Record<string, Record<string, Described>>).map(
  ([template, operations]) => ({
    pattern: new RegExp(`^${BASE}${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    template,
    operations,
  }),
);

/** Every operation, by a key such as `POST /users`. */
export const DESCRIBED = new Map(
  paths.flatMap(({ template, operations }) =>
    Object.entries(operations).map(([method, operation]) => [
      `${method.toUpperCase()} ${template}`,
      operation,
    ]),
  ),
);

const validators = new Map<object, Validator>();

/** What is wrong with a value by a schema of the document; nothing if it is right. */
export function problemsOf(schema: object, value: unknown): string[] {
  const known = validators.get(schema);
  const validator =
    known ?? new Validator({ ...schema, components: document.components }, '2020-12');
  validators.set(schema, validator);
  return validator.validate(value).errors.map(({ error }) => error);
}

/** Fails the test if the document says nothing of such an answer, or something else. */
export async function expectDescribed(
  method: string,
  url: string,
  response: Response,
): Promise<void> {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(BASE)) return; // `/healthz` is for machines that watch
  const operation = operationAt(method, pathname);
  const isServed = operation !== undefined && ![204, 405].includes(response.status);
  const problems = isServed
    ? await wrongIn(operation, method, response)
    : await strangeIn(response);
  if (response.headers.get('Cache-Control') !== 'no-store') problems.push('may be stored');
  expect(problems, `${method} ${pathname} ${response.status}`).toEqual([]);
}

function operationAt(method: string, pathname: string): Described | undefined {
  const found = paths.find(({ pattern }) => pattern.test(pathname));
  return found?.operations[(method === 'HEAD' ? 'GET' : method).toLowerCase()];
}

async function wrongIn(operation: Described, method: string, response: Response) {
  const described = operation.responses[response.status];
  const [type = ''] = (response.headers.get('Content-Type') ?? '').split(';');
  const schema = described?.content[type]?.schema;
  if (described === undefined || schema === undefined) return [`${type} is not described`];
  const problems = ['Retry-After', 'Set-Cookie']
    .filter((name) => response.headers.has(name) && !(name in described.headers))
    .map((name) => `${name} is not described`);
  // A success may set it; with a refusal it is no question of what was asked.
  if (
    response.status !== 200 &&
    'Set-Cookie' in described.headers !== response.headers.has('Set-Cookie')
  ) {
    problems.push('Set-Cookie does not come');
  }
  if (type !== 'application/json' || method === 'HEAD') return problems;
  const body = await response.json<{ data?: { retry_after?: number } }>();
  const wait = body.data?.retry_after;
  if (String(wait) !== String(response.headers.get('Retry-After') ?? undefined)) {
    problems.push(`Retry-After is not ${wait}`);
  }
  const wrong = problemsOf(schema, body);
  return wrong.length === 0 ? problems : [...problems, ...wrong, JSON.stringify(body)];
}

/** Unknown paths, wrong methods, preflights, and a service that is not set up: the document tells of them in prose. */
async function strangeIn(response: Response): Promise<string[]> {
  const { headers, status } = response;
  if (status === 204) return [];
  const body = await response.text();
  const errno = { 404: '4201', 405: '4201', 500: '4500' }[status];
  const isTold = body === '' || body.startsWith(`{"errno":"${errno}",`); // '' answers a HEAD
  return isTold && headers.has('Allow') === (status === 405) ? [] : [body];
}
