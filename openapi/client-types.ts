/** The same description as types for Hono's client, so that they need nothing of the worker. */
/** The part of JSON Schema that the document uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: string;
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface OperationObject {
  summary: string;
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

interface Document {
  servers: [{ url: string }];
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema> };
}

const HEADER = `/** Made by \`npm run openapi\`: what each operation takes and answers, for the types of Hono's client. */
import type { Hono } from 'hono';

/** What was asked for. */
type Done<Data = undefined> = Data extends undefined
  ? { errno: '0'; errmsg: string; data?: undefined }
  : { errno: '0'; errmsg: string; data: Data };
/** A refusal of each of these errnos. \`errmsg\` is a text to show. */
type Refused<E extends string> = E extends string ? { errno: E; errmsg: string; data?: undefined } : never;
/** One that can be waited out: seconds, the same as the header \`Retry-After\`. */
type Wait<E extends string> = E extends string ? { errno: E; errmsg: string; data: { retry_after: number } } : never;
/** A wrong SMS code. */
type Retry<E extends string> = E extends string ? { errno: E; errmsg: string; data: { attempts_left: number } } : never;

// Type aliases: interfaces would lack the index signatures that Hono asks for.
type Operation<Input, Output, Status extends number> = {
  input: Input;
  output: Output;
  outputFormat: 'json';
  status: Status;
};
type File<Input> = { input: Input; output: string; outputFormat: 'text'; status: 200 };
`;

/** The module `client/api.d.ts`, out of the document's text. */
export function clientTypes(text: string): string {
  const { components, paths, servers }: Document = JSON.parse(text);
  const { schemas } = components;
  const base = servers[0].url;
  const errnos = Object.values(schemas).map(({ properties }) => properties?.['errno']?.const ?? '');
  const lines = Object.entries(paths).flatMap(([template, operations]) => [
    `  ${quote(`${base}${template.replaceAll(/\{(\w+)\}/g, ':$1')}`)}: {`,
    ...Object.entries(operations).flatMap(([method, operation]) => [
      `    /** ${operation.summary} */`,
      `    $${method}: ${operationType(operation, schemas)};`,
    ]),
    '  };',
  ]);
  return `${HEADER}
/** Every errno that an answer can have. */
export type Errno = ${union(errnos.map(quote))};

/** The service, as Hono's client knows an app. */
export type Api = Hono<object, {
${lines.join('\n')}
}>;
`;
}

function operationType(operation: OperationObject, schemas: Record<string, Schema>): string {
  const input = inputType(operation);
  const statuses = Object.keys(operation.responses);
  const contents = Object.values(operation.responses).map(({ content }) => content);
  const references = contents.flatMap(({ 'application/json': json }) => alternatives(json?.schema));
  const answers = [...new Set(references.map(({ $ref = '' }) => $ref.split('/').at(-1) ?? ''))].map(
    (name) => schemas[name] ?? {},
  );
  const json = `Operation<${input}, ${outputType(answers)}, ${statuses.join(' | ')}>`;
  const isFile = contents.some((content) => Object.keys(content).length > 1);
  return isFile ? `File<${input}> | ${json}` : json;
}

function inputType({ parameters = [], requestBody }: OperationObject): string {
  const of = (place: 'path' | 'query') =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOf(schema)}`);
  const param = of('path');
  const query = of('query');
  const body = requestBody?.content['application/json']?.schema;
  const members = [
    ...(param.length > 0 ? [`param: { ${param.join('; ')} }`] : []),
    ...(query.length > 0 ? [`query: { ${query.join('; ')} }`] : []),
    ...(body === undefined ? [] : [`json: ${typeOf(body)}`]),
  ];
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`;
}

/** Answers that differ in their texts alone are one. */
function outputType(answers: Schema[]): string {
  const byKind = new Map<string, Set<string>>();
  for (const { properties } of answers) {
    const errno = properties?.['errno']?.const ?? '';
    const kind = kindOf(errno, properties?.['data']);
    byKind.set(kind, (byKind.get(kind) ?? new Set()).add(quote(errno)));
  }
  return [...byKind]
    .map(([kind, errnos]) => (kind.startsWith('Done') ? kind : `${kind}<${union([...errnos])}>`))
    .join(' | ');
}

function kindOf(errno: string, data: Schema | undefined): string {
  if (errno === '0') return data === undefined ? 'Done' : `Done<${typeOf(data)}>`;
  const names = Object.keys(data?.properties ?? {});
  if (names.includes('retry_after')) return 'Wait';
  return names.includes('attempts_left') ? 'Retry' : 'Refused';
}

function typeOf(schema: Schema): string {
  const { anyOf, const: only, enum: values, items, properties, required = [], type } = schema;
  if (anyOf !== undefined) return union(anyOf.map(typeOf));
  if (only !== undefined) return quote(only);
  if (values !== undefined) return union(values.map(quote));
  if (items !== undefined) return `Array<${typeOf(items)}>`;
  if (properties !== undefined) {
    const members = Object.entries(properties).map(
      ([name, member]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(member)}`,
    );
    return `{ ${members.join('; ')} }`;
  }
  return union([type ?? 'unknown'].flat().map((name) => (name === 'integer' ? 'number' : name)));
}

const alternatives = (schema: Schema | undefined): Schema[] =>
  schema === undefined ? [] : (schema.anyOf ?? [schema]);
const union = (types: string[]) => [...new Set(types)].toSorted().join(' | ');
const quote = (text: string) => `'${text}'`;
