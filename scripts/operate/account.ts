/** What a deployment needs of the account: a login, stores and secrets of its own. */
import { type Finding, good, wrong } from './finding.ts';
import { isPlaceholder, type Project } from './project.ts';
import { deployedSettings, OWN_SECRETS, secretCommand } from './settings.ts';
import type { Terminal } from './terminal.ts';
import type { Wrangler } from './wrangler.ts';

export interface Site {
  root: string;
  wrangler: Wrangler;
  terminal: Terminal;
}

/** D1's location hints. */
export const LOCATIONS = ['weur', 'eeur', 'apac', 'oc', 'wnam', 'enam'];

export const NOT_LOGGED_IN = wrong(
  'Nobody is logged in to Cloudflare',
  'npx wrangler login      (in CI: CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID in the environment)',
);

/** Whether wrangler.toml names stores of the operator's own. */
export function idFindings(project: Project): Finding[] {
  const findings: Finding[] = [];
  if (lacksNamespace(project)) {
    findings.push(
      wrong(
        'wrangler.toml has no id of a KV namespace',
        `npx wrangler kv namespace create ${project.name}-KV      and its id into wrangler.toml`,
      ),
    );
  }
  if (lacksDatabase(project)) {
    findings.push(
      wrong(
        'wrangler.toml has no id of a D1 database',
        `npx wrangler d1 create ${databaseName(project)} --location apac      (${LOCATIONS.join(', ')}), and its id into wrangler.toml`,
      ),
    );
  }
  return findings.length === 0
    ? [good('wrangler.toml names a KV namespace and a D1 database')]
    : findings;
}

export const lacksNamespace = ({ kv_namespaces: [kv] }: Project) => isPlaceholder(kv?.id);
export const lacksDatabase = ({ d1_databases: [d1] }: Project) => isPlaceholder(d1?.database_id);
export const databaseName = ({ name, d1_databases: [d1] }: Project) => d1?.database_name ?? name;

/** Whether the worker would start with these secrets. */
export function secretFindings({ vars }: Project, set: readonly string[]): Finding[] {
  const missing = OWN_SECRETS.filter((name) => !set.includes(name));
  if (missing.length > 0) {
    return missing.map((name) => wrong(`The secret ${name} is not set`, secretCommand(name)));
  }
  const problems = deployedSettings(vars, set);
  return problems.length === 0 ? [good('Every setting and secret is there')] : problems;
}
