/** What the Cloudflare account holds, as wrangler tells it. Each throws an error with wrangler's reason. */
import * as z from 'zod';
import { onPepper } from '../../src/users/password.ts';
import { type Answer, parsed, reasonOf, type Wrangler } from './wrangler.ts';

const login = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});
const secretNames = z.array(z.object({ name: z.string() }));
const counted = z.tuple([z.object({ results: z.tuple([z.object({ n: z.number() })]) })]);
const deployment = z.object({ versions: z.array(z.object({ version_id: z.string() })).min(1) });
const deployedVersion = z.object({
  resources: z.object({
    bindings: z.array(
      z.object({ name: z.string(), type: z.string(), text: z.string().optional() }),
    ),
    script_runtime: z
      .object({ limits: z.object({ cpu_ms: z.number().optional() }).nullish() })
      .optional(),
  }),
});

/** The worker as it runs: its plain variables, the names of its secrets, its CPU limit if it has one of its own. */
export interface Deployed {
  vars: Record<string, string>;
  secrets: string[];
  cpuMs: number | undefined;
}

/** The accounts that wrangler may act for, or null when nobody is logged in. */
export async function accountsOf(wrangler: Wrangler) {
  const answer = await wrangler(['whoami', '--json']);
  const { loggedIn, accounts } = parsed(login, answer);
  return loggedIn ? accounts : null;
}

/** The names of the secrets that are set; none while there is no worker. */
export async function secretsOf(wrangler: Wrangler): Promise<string[]> {
  const answer = await wrangler(['secret', 'list']);
  if (!answer.ok && /not found/.test(answer.said)) return [];
  return parsed(secretNames, succeeded(answer)).map(({ name }) => name);
}

export async function putSecret(wrangler: Wrangler, name: string, value: string): Promise<void> {
  succeeded(await wrangler(['secret', 'put', name], { input: value }));
}

/** Makes a KV namespace, and returns its id. */
export async function createNamespace(wrangler: Wrangler, title: string): Promise<string> {
  const answer = succeeded(await wrangler(['kv', 'namespace', 'create', title]));
  return idIn(answer, /\bid\s*=\s*"([0-9a-f]{32})"/);
}

/** Makes a D1 database, and returns its id. `location` is one of D1's hints, or '' for the nearest. */
export async function createDatabase(
  wrangler: Wrangler,
  name: string,
  location: string,
): Promise<string> {
  const hint = location === '' ? [] : ['--location', location];
  const answer = succeeded(await wrangler(['d1', 'create', name, ...hint]));
  return idIn(answer, /\bdatabase_id\s*=\s*"([0-9a-f-]{36})"/);
}

/** The names of the migrations that the database does not have yet. `where`: --local or --remote. */
export async function pendingMigrations(
  wrangler: Wrangler,
  where: readonly string[],
): Promise<string[]> {
  const answer = succeeded(await wrangler(['d1', 'migrations', 'list', 'DB', ...where]));
  return [...answer.output.matchAll(/[0-9]{4}_[\w-]+\.sql/g)].map(([name]) => name);
}

export async function applyMigrations(wrangler: Wrangler, where: readonly string[]): Promise<void> {
  succeeded(await wrangler(['d1', 'migrations', 'apply', 'DB', ...where]));
}

/** The version that serves requests, or null when the worker was never deployed. */
export async function deployedOf(wrangler: Wrangler): Promise<Deployed | null> {
  const status = await wrangler(['deployments', 'status', '--json']);
  if (!status.ok && /10007|no deployments|not found/.test(status.said)) return null;
  const id = parsed(deployment, succeeded(status)).versions[0]?.version_id ?? '';
  const view = await wrangler(['versions', 'view', id, '--json']);
  const { bindings, script_runtime } = parsed(deployedVersion, succeeded(view)).resources;
  const isDraft = !bindings.some(({ type }) => type === 'd1');
  if (isDraft) return null; // the first secret makes an empty worker
  return {
    vars: Object.fromEntries(
      bindings.flatMap(({ name, text }) => (text === undefined ? [] : [[name, text]])),
    ),
    secrets: bindings.filter(({ type }) => type === 'secret_text').map(({ name }) => name),
    cpuMs: script_runtime?.limits?.cpu_ms,
  };
}

/** How many passwords in the deployed database are on some pepper; none before it has tables. */
export async function pepperedPasswords(wrangler: Wrangler): Promise<number> {
  const sql = `select count(*) as n from users where password_hash like '${onPepper()}'`;
  const answer = await wrangler(['d1', 'execute', 'DB', '--remote', '--json', '--command', sql]);
  if (!answer.ok && /no such table/.test(answer.said)) return 0;
  return parsed(counted, succeeded(answer))[0].results[0].n;
}

function succeeded(answer: Answer): Answer {
  if (!answer.ok) throw new Error(reasonOf(answer));
  return answer;
}

function idIn(answer: Answer, pattern: RegExp): string {
  const id = pattern.exec(answer.output)?.[1];
  if (id === undefined) throw new Error('wrangler named no id');
  return id;
}
