/** The description of the API, OpenAPI 3.1: the app's routes and validators, its table of answers, and `operations`. */
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import type { Reason } from '../src/answers.ts';
import { createApp } from '../src/app.ts';
import { envelopeOf, errnoOf, mustWait, refusalSchema, schemaName, statusOf } from './answers.ts';
import { inputsOf } from './inputs.ts';
import { type Operation, OPERATIONS } from './operations.ts';

const BASE = '/api/v1.0';

const DESCRIPTION = `Every JSON answer is \`{"errno", "errmsg", "data"?}\`; errno \`"0"\` is success, and \`errmsg\` is a text to show, in Chinese, or in English for whoever prefers it by \`Accept-Language\`.

Refusals come with HTTP 200, because the pages of the older service test \`errno\` alone; where the service is set to \`ERROR_STATUS = "semantic"\` the same bodies carry the 4xx and 5xx that are described here. \`413\` and \`500\` carry their status always, and so do an unknown path (404) and a wrong method (405, with \`Allow\`), both errno \`4201\`. HEAD is answered where GET is, but for captchas and SMS codes.

What acts is refused (\`4201\`) when it comes from another site, by \`Origin\` or \`Sec-Fetch-Site\`, or as a prefetch. Bodies are JSON with \`Content-Type: application/json\`.`;

const TAGS = {
  captcha: 'A captcha to see or to hear',
  sms: 'Codes by SMS',
  'sign-up': 'New accounts',
  session: 'Log-in, log-out, sessions',
  account: 'What users do with their account',
} satisfies Record<Operation['tag'], string>;

const HEADERS = {
  CacheControl: { required: true, schema: { type: 'string', const: 'no-store' } },
  RetryAfter: {
    description: 'Seconds, the same as `data.retry_after`',
    schema: { type: 'integer', minimum: 1 },
  },
  SetCookie: {
    description:
      'The session: `__Host-session` in production, `session` in development; HttpOnly, SameSite=Lax, a day. `GET /session` and `GET /user` prolong it',
    schema: { type: 'string' },
    example: '__Host-session=…; Max-Age=86400; Path=/; HttpOnly; Secure; SameSite=Lax',
  },
  ClearedCookie: {
    description: 'Takes the cookie of the session away: it has ended, or was dead already',
    schema: { type: 'string' },
    example: '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
  },
};

const cookie = (name: string, description: string) => ({
  type: 'apiKey',
  in: 'cookie',
  name,
  description,
});
const SESSIONS = [{ session: [] }, { developmentSession: [] }];
const SECURITY = { required: SESSIONS, optional: [{}, ...SESSIONS], none: [] };

/** The whole document. It is the same whenever the source is. */
export function describeApi() {
  const operations = entriesOf(OPERATIONS);
  const paths: Record<string, Record<string, object>> = {};
  const schemas: Record<string, object> = {};
  for (const [key, operation] of operations) {
    const { method, path } = splitKey(key);
    const template = path.replace(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method]: operationObject(key, operation) };
    for (const reason of operation.refusals) schemas[schemaName(reason)] = refusalSchema(reason);
    if ('type' in operation.success) continue;
    const { data, reason } = operation.success;
    schemas[doneName(operation)] = envelopeOf(reason, data && dataSchema(data));
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'edge-signup',
      version: manifest.version,
      summary: 'Phone-number sign-up: captcha, SMS code, account, session',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: BASE }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      headers: HEADERS,
      securitySchemes: {
        session: cookie('__Host-session', 'In production'),
        developmentSession: cookie('session', 'In development'),
      },
    },
  };
}

/** The operations that the app has, such as `POST /users`. */
export function routedOperations(): string[] {
  const routed = createApp()
    .routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${BASE}/`))
    .map(({ method, path }) => `${method} ${path.slice(BASE.length)}`);
  return [...new Set(routed)];
}

function operationObject(key: string, operation: Operation) {
  const { id, tag, summary, description, session, refusals } = operation;
  const { method, path } = splitKey(key);
  const routes = createApp().routes.filter(
    (route) => route.method === method.toUpperCase() && route.path === `${BASE}${path}`,
  );
  const { bodies, parameters } = inputsOf(routes, path, refusals.includes('password_length'));
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: SECURITY[session],
    ...(parameters.length > 0 && { parameters }),
    ...(bodies.length > 0 && { requestBody: { required: true, content: json(anyOf(bodies)) } }),
    responses: responsesOf(operation),
  };
}

/** By status: in one mode a refusal comes with 200, in the other with its own. */
function responsesOf(operation: Operation) {
  const { refusals, success } = operation;
  const reasons = 'reason' in success ? [success.reason, ...refusals] : refusals;
  const byStatus = new Map<number, Set<Reason>>('type' in success ? [[200, new Set()]] : []);
  for (const mode of ['200', 'semantic'] as const) {
    for (const reason of reasons) {
      const status = statusOf(reason, mode);
      byStatus.set(status, (byStatus.get(status) ?? new Set()).add(reason));
    }
  }
  const statuses = [...byStatus].toSorted(([a], [b]) => a - b);
  return Object.fromEntries(
    statuses.map(([status, of]) => [status, responseOf(operation, status, [...of])]),
  );
}

function responseOf(operation: Operation, status: number, reasons: Reason[]) {
  const { cookie: cookieChange, success } = operation;
  const schemas = reasons.map((reason) =>
    reference(
      'reason' in success && reason === success.reason ? doneName(operation) : schemaName(reason),
    ),
  );
  const waits = reasons.some(mustWait);
  // A log-out takes the cookie of a session away that was dead already, too.
  const isDead = operation.id === 'logOut' && reasons.includes('logged_out');
  const setsCookie = cookieChange !== undefined && (status === 200 || isDead);
  return {
    description: describeStatus(operation, status, reasons),
    headers: {
      'Cache-Control': { $ref: '#/components/headers/CacheControl' },
      ...(waits && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
      ...(setsCookie && {
        'Set-Cookie': {
          $ref: `#/components/headers/${cookieChange === 'cleared' ? 'ClearedCookie' : 'SetCookie'}`,
        },
      }),
    },
    content: {
      ...(status === 200 && 'type' in success && { [success.type]: { schema: success.schema } }),
      ...json(anyOf(schemas)),
    },
  };
}

function describeStatus({ success }: Operation, status: number, reasons: Reason[]): string {
  const errnos = [...new Set(reasons.map(errnoOf))].filter((errno) => errno !== '0').toSorted();
  const refused = `errno ${errnos.map((errno) => `\`${errno}\``).join(', ')}`;
  if (status !== 200) return refused;
  const done = 'type' in success ? success.description : 'Done, errno `0`';
  return `${done}; or refused, ${refused}`;
}

function dataSchema(schema: z.ZodType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return rest;
}

const doneName = ({ id }: Operation) => `${id.charAt(0).toUpperCase()}${id.slice(1)}Done`;
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });

function anyOf(schemas: object[]): object {
  const [only, ...others] = schemas;
  return only !== undefined && others.length === 0 ? only : { anyOf: schemas };
}

function splitKey(key: string) {
  const [method = '', path = ''] = key.split(' ');
  return { method: method.toLowerCase(), path };
}

const entriesOf = (operations: Record<string, Operation>) => Object.entries(operations);
