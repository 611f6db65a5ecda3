/**
 * Checks of settings. What a value must look like is the worker's own business (`readConfig`, `providersOf`); here is
 * only what it cannot know: which settings belong to a developer's machine, and what the platform allows.
 */
import { BINDINGS, readConfig, settings } from '../../src/config.ts';
import { isLoopbackHost } from '../../src/lib/address.ts';
import { providersOf } from '../../src/sms/providers.ts';
import { hashPassword, pepperOf } from '../../src/users/password.ts';
import { type Finding, good, warning, wrong } from './finding.ts';
import { unknownSettings } from './names.ts';
import { isSecret, type Project } from './project.ts';

export type Variables = Record<string, unknown>;

const DEFAULTS = settings().shape;
/** OWASP's number for PBKDF2-HMAC-SHA-256, and the worker's own default. */
const ITERATIONS = DEFAULTS.PASSWORD_ITERATIONS.parse(undefined);
/** The platform's limits on the CPU time of one request: of the free plan, and of the paid one if nothing is said. */
const FREE_CPU_MS = 10;
const DEFAULT_CPU_MS = 30_000;
/** A change of password checks the old one and hashes the new. */
const HASHES_PER_REQUEST = 2;
/** Our own keys: any 32 random bytes will do. */
export const OWN_SECRETS = ['SECRET_KEY', 'PASSWORD_PEPPER'] as const;
const TO_VARS = 'set it under [vars] in wrangler.toml';

/** What the worker itself says about its settings. */
export function settingProblems(env: Variables): string[] {
  const config = readConfig(env);
  if (!config.ok) return config.problems;
  const vendors = providersOf(env, config.value);
  return vendors.ok ? [] : vendors.problems;
}

/** What a deployed worker would say about its settings: plain ones as they are, secrets as the names that are set. */
export function deployedSettings(vars: Variables, secrets: readonly string[]): Finding[] {
  const problems = deployedProblems(vars, secrets);
  return problems.map((problem) => wrong(problem, remedyOf(problem)));
}

/** What is malformed under [vars], whatever is missing. */
export function malformedSettings(vars: Variables): Finding[] {
  const problems = deployedProblems(vars, OWN_SECRETS);
  const isSet = (problem: string) => (vars[nameIn(problem)] ?? '') !== '';
  return problems.filter(isSet).map((problem) => wrong(problem, 'mend it in wrangler.toml'));
}

function deployedProblems(vars: Variables, secrets: readonly string[]): string[] {
  const standIns = Object.fromEntries(secrets.map((name) => [name, standInFor(name)]));
  // A development setting has a finding of its own; here it must not hide others.
  return settingProblems({ ...vars, ...standIns, ENVIRONMENT: 'production' });
}

/** A secret cannot be read back: one of the right shape stands in for it, so that the rest can be checked. */
function standInFor(name: string): string {
  if (/^(SECRET_KEY|PASSWORD_PEPPER)/.test(name)) return Buffer.alloc(32).toString('base64');
  if (/_(URL|ENDPOINT)$|^ALLOWED_ORIGINS$/.test(name)) return 'https://stand-in.invalid';
  if (name.endsWith('_HOST')) return 'stand-in.invalid';
  return 'a'.repeat(32);
}

/** Where to mend a problem: the first of the places that holds the value, or `.dev.vars` when none does. */
export function placeOf(problem: string, places: Record<string, Variables>): string {
  const name = nameIn(problem);
  const held = Object.entries(places).find(([, vars]) => (vars[name] ?? '') !== '');
  return held?.[0] ?? '.dev.vars';
}

const nameIn = (problem: string) => problem.split(':')[0] ?? '';

function remedyOf(problem: string): string {
  const name = nameIn(problem);
  if (name === 'SMS_PROVIDERS') return `${TO_VARS}; docs/sms.md says what each vendor needs`;
  return isSecret(name) ? secretCommand(name) : TO_VARS;
}

/** The command that sets a secret; of our own keys, with a random value. Of the pepper one needs a copy: it is shown. */
export function secretCommand(name: string): string {
  const put = `npx wrangler secret put ${name}`;
  const make = `node -p "crypto.randomBytes(32).toString('base64')"`;
  if (name === 'PASSWORD_PEPPER') return `${make} | tee /dev/stderr | ${put}`;
  return name === 'SECRET_KEY' ? `${make} | ${put}` : put;
}

/** What may stand on a developer's machine and must not be deployed. */
export function developmentSettings(vars: Variables): Finding[] {
  const texts = Object.entries(vars).map(([name, value]) => [name, String(value)] as const);
  const refused = texts
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => refusal(name, value));
  return refused.map((text) => wrong(text));
}

function refusal(name: string, value: string): string[] {
  if (name === 'ENVIRONMENT' && value !== 'production') {
    return [
      `ENVIRONMENT is "${value}": a deployed worker would print codes into its log. It must be "production"`,
    ];
  }
  if (name === 'SMS_PROVIDERS' && /\bconsole\b/.test(value)) {
    return ['SMS_PROVIDERS names console, which sends nothing'];
  }
  if (name === 'PASSWORD_ITERATIONS' && Number(value) < ITERATIONS) {
    return [
      `PASSWORD_ITERATIONS is ${value}: fewer than ${ITERATIONS} make passwords cheap to guess (OWASP)`,
    ];
  }
  if (isSecret(name)) {
    return [
      `${name} stands in wrangler.toml, where everybody reads it: take it out, make a new one, and run npx wrangler secret put ${name}`,
    ];
  }
  const hosts = value
    .split(',')
    .filter((part) => URL.canParse(part))
    .map((part) => new URL(part));
  const local = hosts.some(({ hostname }) => isLoopbackHost(hostname));
  if (local) return [`${name} names this machine`];
  const bare = name === 'WEBOTP_HOST' ? [value] : hosts.map(({ hostname }) => hostname);
  return bare.some((host) => /(^|\.)example\.(com|org|net)$/.test(host))
    ? [`${name} is still the example`]
    : [];
}

/** What the rest of wrangler.toml must have. */
export function projectFindings(
  project: Project,
  environment = process.env['CLOUDFLARE_ENV'],
): Finding[] {
  const { kv_namespaces, d1_databases, ratelimits, assets, triggers, observability } = project;
  const bound = new Set<string | undefined>([
    ...[...kv_namespaces, ...d1_databases, assets].map(({ binding }) => binding),
    ...ratelimits.map(({ name }) => name),
  ]);
  const findings = BINDINGS.filter((name) => !bound.has(name)).map((name) =>
    wrong(`wrangler.toml does not have the binding ${name}`),
  );
  if (observability.logs.invocation_logs !== false) {
    findings.push(
      wrong(
        'Invocation logs are on: they hold the URL of every request, and with it mobile numbers',
        'set invocation_logs = false under [observability.logs] in wrangler.toml',
      ),
    );
  }
  if (observability.redact_query_string !== true) {
    findings.push(
      wrong(
        'Logs hold the query of a URL, and with it what people typed for a captcha',
        'set redact_query_string = true under [observability] in wrangler.toml',
      ),
    );
  }
  if (observability.traces.enabled !== false) {
    findings.push(
      wrong(
        'Traces are not off: they hold the URLs at which vendors are called, and with them numbers and codes',
        'set enabled = false under [observability.traces] in wrangler.toml',
      ),
    );
  }
  for (const name of environmentsOf(project, environment)) {
    findings.push(
      wrong(
        `${name} would deploy settings that nobody has checked: only the top of wrangler.toml is read`,
        'give a second service a clone of its own: docs/operations.md, "Another account, or a second service"',
      ),
    );
  }
  if (triggers.crons.length === 0) {
    findings.push(
      warning(
        'There is no cron trigger: old rows are never swept',
        'docs/operations.md, "The sweep"',
      ),
    );
  }
  return findings;
}

/** The ways to have wrangler deploy something else than the top of wrangler.toml. */
function environmentsOf({ env }: Project, environment = ''): string[] {
  const tables = Object.keys(env).map((name) => `[env.${name}]`);
  return environment === '' ? tables : [...tables, `CLOUDFLARE_ENV=${environment}`];
}

/** What works as it is, and may not be meant. */
export function unusualSettings(vars: Variables): Finding[] {
  const findings = unknownSettings(Object.keys(vars));
  if (vars['SIGNUP'] === 'off') findings.push(warning('SIGNUP is off: nobody can sign up'));
  if (vars['SMS_DAILY_BUDGET'] === '0') {
    findings.push(warning('SMS_DAILY_BUDGET is 0: no code is sent'));
  }
  const one = Number(vars['SMS_TIMEOUT_MS'] || DEFAULTS.SMS_TIMEOUT_MS.parse(undefined));
  const all = Number(
    vars['SMS_TOTAL_TIMEOUT_MS'] || DEFAULTS.SMS_TOTAL_TIMEOUT_MS.parse(undefined),
  );
  if (one < 500) {
    findings.push(warning('SMS_TIMEOUT_MS is in milliseconds: no vendor is that fast'));
  }
  if (one >= all) {
    findings.push(
      warning('SMS_TOTAL_TIMEOUT_MS leaves a second vendor no time when the first one hangs'),
    );
  }
  if (vars['SMS_BRAKE'] === 'off') {
    findings.push(
      warning('SMS_BRAKE is off: nothing is logged when sign-up codes are asked for and not used'),
    );
  }
  return findings;
}

/** Whether the CPU time that a request may have holds the password hash, measured on this machine. */
export async function cpuFinding(
  vars: Variables,
  limitMs: number | undefined,
  measure = hashCpuMs,
): Promise<Finding> {
  const iterations = Number(vars['PASSWORD_ITERATIONS'] ?? ITERATIONS) || ITERATIONS;
  const hashMs = Math.ceil(await measure(iterations));
  const limit = limitMs ?? DEFAULT_CPU_MS;
  const costs = `A password hash takes about ${hashMs} ms of CPU (measured here, ${iterations} iterations)`;
  if (limit < HASHES_PER_REQUEST * hashMs) {
    return wrong(
      `${costs}, and a request may have ${limit} ms: passwords could not be hashed`,
      `raise cpu_ms under [limits] in wrangler.toml; a change of password needs ${HASHES_PER_REQUEST} hashes`,
    );
  }
  return good(
    `${costs}; a request may have ${limit} ms on the paid plan. The free plan allows ${FREE_CPU_MS} ms and cannot hash one`,
  );
}

/** Milliseconds of CPU for one hash as the worker makes it. */
async function hashCpuMs(iterations: number): Promise<number> {
  const pepper = await pepperOf(new Uint8Array(32));
  const policy = { iterations, peppers: [pepper] as const };
  const before = process.cpuUsage();
  await hashPassword(policy, 'correct horse');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
