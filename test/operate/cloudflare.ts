/**
 * A small Cloudflare with state: the parts of its API that wrangler asks when it deploys this service. So the tests run
 * the real wrangler, and see what it really prints. D1 is SQLite.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
export const KV_ID = 'a'.repeat(32);
export const DATABASE_ID = '11111111-2222-4333-8444-555555555555';

interface Version {
  id: string;
  bindings: Record<string, unknown>[];
  limits?: unknown;
}

interface State {
  /** Runs SQL, once the database is made. */
  database?: (sql: string) => unknown[];
  /** Where it was made. */
  location?: string;
  secrets: Map<string, string>;
  versions: Version[];
  /** Each change that was asked for, in order. */
  changes: string[];
  /** On the free plan Cloudflare refuses a worker that sets limits. */
  isFree: boolean;
}

export interface Cloudflare extends State {
  /** What wrangler needs in its environment to come here. */
  env: Record<string, string>;
  stop: () => Promise<void>;
}

type Result = { result: unknown } | { code: number; message: string; status: number };
type Route = (state: State, body: string) => Result;

export async function startCloudflare(): Promise<Cloudflare> {
  const state: State = {
    secrets: new Map(),
    versions: [],
    changes: [],
    isFree: false,
  };
  const server = createServer((request, response) => void serve(state, request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'token',
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    },
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  });
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '', 'http://cloudflare');
  const path = pathname.replace(/^\/client\/v4/, '').replace(`/accounts/${ACCOUNT}`, '');
  const answer = answerTo(state, `${request.method} ${path}`, await text(request));
  const refused = 'code' in answer;
  response.writeHead(refused ? answer.status : 200, { 'Content-Type': 'application/json' });
  const body = refused ? { errors: [answer], result: null } : { errors: [], ...answer };
  response.end(JSON.stringify({ success: !refused, messages: [], ...body }));
}

const SCRIPT = '/workers/scripts/edge-signup';
const ok: Route = () => ({ result: {} });
const absent: Result = { code: 10_007, message: 'This Worker does not exist.', status: 404 };
const ifThere =
  (route: Route): Route =>
  (state, body) =>
    state.versions.length > 0 ? route(state, body) : absent;

const ROUTES: Record<string, Route> = {
  'GET /user/tokens/verify': () => ({ result: { id: 'a', status: 'active' } }),
  'GET /user': () => ({ result: { id: 'a', email: 'someone@example.com' } }),
  'GET /accounts': () => ({ result: [] }),
  'GET /memberships': () => ({ result: [] }),
  'POST /storage/kv/namespaces': () => ({ result: { id: KV_ID } }),
  'POST /d1/database': (state, body) => {
    const { primary_location_hint: location } = JSON.parse(body) as Record<string, string>;
    Object.assign(state, { database: makeDatabase(), location });
    return { result: { uuid: DATABASE_ID, name: 'edge-signup', created_in_region: 'APAC' } };
  },
  [`POST /d1/database/${DATABASE_ID}/query`]: ({ database }, body) => {
    const { sql } = JSON.parse(body) as { sql: string };
    if (database === undefined) return { code: 7404, message: 'no such database', status: 404 };
    const meta = { changes: 0, duration: 0.1 };
    try {
      return { result: [{ success: true, results: database(sql), meta }] };
    } catch (error) {
      return { code: 7500, message: `${String(error)}: SQLITE_ERROR`, status: 400 };
    }
  },
  'GET /workers/services/edge-signup': ifThere(() => ({
    result: { default_environment: { environment: 'production', script: { tag: 'a' } } },
  })),
  [`GET ${SCRIPT}/secrets`]: ifThere(({ secrets }) => ({
    result: [...secrets.keys()].map((name) => ({ name, type: 'secret_text' })),
  })),
  [`PUT ${SCRIPT}/secrets`]: ifThere(({ secrets }, body) => {
    const { name, text: value } = JSON.parse(body) as { name: string; text: string };
    secrets.set(name, value);
    return { result: { name, type: 'secret_text' } };
  }),
  [`PUT ${SCRIPT}`]: upload, // the draft that the first secret makes
  [`POST ${SCRIPT}/versions`]: upload,
  [`GET ${SCRIPT}/settings`]: ok,
  [`PATCH ${SCRIPT}/script-settings`]: ok,
  [`POST ${SCRIPT}/assets-upload-session`]: () => ({ result: { jwt: 'jwt', buckets: [] } }),
  [`GET ${SCRIPT}/deployments`]: ifThere(({ versions }) => ({
    result: { deployments: versions.slice(-1).map(deploymentOf) },
  })),
  [`POST ${SCRIPT}/deployments`]: () => ({ result: { id: randomUUID() } }),
  'GET /workers/workers/edge-signup': ifThere(() => ({
    result: { subdomain: { enabled: true, previews_enabled: true } },
  })),
  'PATCH /workers/workers/edge-signup': ok,
  'GET /workers/subdomain': () => ({ result: { subdomain: 'someone' } }),
  [`GET ${SCRIPT}/subdomain`]: () => ({ result: { enabled: true, previews_enabled: true } }),
  [`POST ${SCRIPT}/subdomain`]: () => ({ result: { enabled: true, previews_enabled: true } }),
  [`PUT ${SCRIPT}/schedules`]: () => ({ result: { schedules: [] } }),
};

function answerTo(state: State, route: string, body: string): Result {
  if (!route.startsWith('GET ') && !/(query|session|settings|subdomain)$/.test(route)) {
    state.changes.push(route);
  }
  const version = /\/versions\/([\w-]+)$/.exec(route)?.[1];
  if (version !== undefined) return versionOf(state, version);
  const answer = ROUTES[route];
  return answer?.(state, body) ?? { code: 7003, message: `not here: ${route}`, status: 404 };
}

function upload(state: State, body: string): Result {
  const metadata = /name="metadata"\s*(\{.*\})\r\n/.exec(body)?.[1] ?? '{}';
  const { bindings = [], limits } = JSON.parse(metadata) as Partial<Version>;
  if (state.isFree && limits !== undefined) {
    const message = 'CPU limits are not supported for the Free plan.';
    return { code: 100_328, message, status: 400 };
  }
  const id = randomUUID();
  state.versions.push({ id, bindings, limits });
  const resources = { script: { etag: 'a' } };
  return { result: { id, startup_time_ms: 20, resources } };
}

const deploymentOf = ({ id }: Version) => ({
  id,
  source: 'wrangler',
  strategy: 'percentage',
  created_on: '2026-11-01T00:00:00Z',
  versions: [{ version_id: id, percentage: 100 }],
});

function versionOf({ versions, secrets }: State, id: string): Result {
  const version = versions.find((candidate) => candidate.id === id);
  if (version === undefined) return absent;
  const { bindings, limits } = version;
  const kept = [...secrets.keys()].map((name) => ({ name, type: 'secret_text' }));
  const resources = { bindings: [...bindings, ...kept], script_runtime: { limits } };
  return { result: { id, metadata: { created_on: '2026-11-01T00:00:00Z' }, resources } };
}

function makeDatabase(): (sql: string) => unknown[] {
  const database = new DatabaseSync(':memory:');
  return (sql) => {
    if (/^\s*select/i.test(sql)) return database.prepare(sql).all();
    database.exec(sql);
    return [];
  };
}
