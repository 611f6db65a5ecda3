/**
 * The way to a deployed worker, step by step. A step that finds something missing offers to make it when somebody is
 * there to agree, and else says with which command; then nothing is deployed. Migrations come before the code, because
 * code may need a table and no migration breaks the code before it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  databaseName,
  idFindings,
  lacksDatabase,
  lacksNamespace,
  LOCATIONS,
  NOT_LOGGED_IN,
  secretFindings,
  type Site,
} from './account.ts';
import {
  accountsOf,
  applyMigrations,
  createDatabase,
  createNamespace,
  pendingMigrations,
  pepperedPasswords,
  putSecret,
  secretsOf,
} from './cloud.ts';
import { type Finding, good, isWrong, linesOf, wrong } from './finding.ts';
import { messageOf } from './message.ts';
import { readProject, writeId } from './project.ts';
import {
  cpuFinding,
  developmentSettings,
  malformedSettings,
  OWN_SECRETS,
  projectFindings,
  unusualSettings,
} from './settings.ts';
import { agrees, type Terminal } from './terminal.ts';
import { reasonOf, type Wrangler } from './wrangler.ts';

/** Deploys, or says what is missing. The exit code. */
export async function deploy(site: Site): Promise<number> {
  const { say } = site.terminal;
  try {
    for (const step of [checkFiles, checkLogin, checkIds, checkSecrets, migrate]) {
      const findings = await step(site);
      for (const line of findings.flatMap(linesOf)) say(line);
      if (isWrong(findings)) {
        say('Nothing was deployed. Mend what is marked ✗, and run npm run deploy again.');
        return 1;
      }
    }
    return await upload(site);
  } catch (error) {
    say(`✗ ${messageOf(error)}`);
    say('Nothing was deployed.');
    return 1;
  }
}

/** What can be known without Cloudflare. */
async function checkFiles({ root }: Site): Promise<Finding[]> {
  const project = readProject(root);
  const { vars, limits } = project;
  const refused = [...projectFindings(project), ...developmentSettings(vars)];
  const ours = isWrong(refused)
    ? []
    : [good('wrangler.toml has no development setting'), ...malformedSettings(vars)];
  return [...ours, ...refused, ...unusualSettings(vars), await cpuFinding(vars, limits.cpu_ms)];
}

async function checkLogin({ root, wrangler, terminal }: Site): Promise<Finding[]> {
  let accounts = await accountsOf(wrangler);
  if (
    accounts === null &&
    (await agrees(terminal, 'Nobody is logged in to Cloudflare. Log in now?'))
  ) {
    await wrangler(['login'], { hand: true });
    accounts = await accountsOf(wrangler);
  }
  if (accounts === null) return [NOT_LOGGED_IN];
  const isNamed = process.env['CLOUDFLARE_ACCOUNT_ID'] ?? readProject(root).account_id;
  if (accounts.length > 1 && isNamed === undefined) {
    const names = accounts.map(({ id, name }) => `${name} (${id})`).join(', ');
    return [
      wrong(
        `There are several accounts: ${names}`,
        'put account_id = "…" at the top of wrangler.toml',
      ),
    ];
  }
  return [good('Logged in to Cloudflare')];
}

async function checkIds({ root, wrangler, terminal }: Site): Promise<Finding[]> {
  const title = `${readProject(root).name}-KV`;
  if (
    lacksNamespace(readProject(root)) &&
    (await agrees(terminal, `Make the KV namespace ${title}?`))
  ) {
    writeId(root, 'id', await createNamespace(wrangler, title));
  }
  const name = databaseName(readProject(root));
  if (
    lacksDatabase(readProject(root)) &&
    (await agrees(terminal, `Make the D1 database ${name}?`))
  ) {
    writeId(root, 'database_id', await createDatabase(wrangler, name, await whereTo(terminal)));
  }
  return idFindings(readProject(root));
}

/** Asks until it is a place or nothing: a database cannot be moved. */
async function whereTo(terminal: Terminal): Promise<string> {
  const question = `Where, near most users (${LOCATIONS.join(', ')}; nothing: near you)? `;
  for (;;) {
    const location = (await terminal.ask(question)).toLowerCase();
    if (location === '' || LOCATIONS.includes(location)) return location;
    terminal.say(`There is no place called ${location}.`);
  }
}

async function checkSecrets({ root, wrangler, terminal }: Site): Promise<Finding[]> {
  const set = await secretsOf(wrangler);
  const lostPepper = set.includes('PASSWORD_PEPPER') ? [] : await pepperOfPasswords(wrangler);
  if (lostPepper.length > 0) return lostPepper;
  for (const name of OWN_SECRETS.filter((own) => !set.includes(own))) {
    if (!(await agrees(terminal, `${name} is not set. Make a random one and set it?`))) continue;
    const value = randomBytes(32).toString('base64');
    if (name === 'PASSWORD_PEPPER') {
      // First: it may be set although the answer to that is lost.
      terminal.say(`PASSWORD_PEPPER=${value}`);
      terminal.say(
        'Keep a copy where it is safe: it cannot be read back, and no password can be checked without it.',
      );
    }
    await putSecret(wrangler, name, value);
    set.push(name);
  }
  return secretFindings(readProject(root), set);
}

/** A new pepper would shut out whoever has a password. */
async function pepperOfPasswords(wrangler: Wrangler): Promise<Finding[]> {
  const passwords = await pepperedPasswords(wrangler);
  if (passwords === 0) return [];
  return [
    wrong(
      `The secret PASSWORD_PEPPER is not set, and passwords in the database are on one (${passwords})`,
      'npx wrangler secret put PASSWORD_PEPPER      and paste the copy of it. Without one: docs/operations.md, "Secrets and their rotation"',
    ),
  ];
}

async function migrate({ wrangler, terminal }: Site): Promise<Finding[]> {
  const pending = await pendingMigrations(wrangler, ['--remote']);
  if (pending.length === 0) return [good('The database is up to date')];
  const names = pending.join(', ');
  if (
    terminal.isInteractive &&
    !(await agrees(terminal, `Apply ${names} to the deployed database?`))
  ) {
    return [wrong(`Not applied: ${names}`, 'npx wrangler d1 migrations apply DB --remote')];
  }
  await applyMigrations(wrangler, ['--remote']);
  return [good(`Applied ${names}`)];
}

async function upload({ wrangler, terminal }: Site): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-signup-'));
  const report = join(folder, 'deployed.ndjson');
  try {
    const answer = await wrangler(['deploy'], { env: { WRANGLER_OUTPUT_FILE_PATH: report } });
    terminal.say(answer.said.trim());
    if (!answer.ok) {
      if (/\b100328\b/.test(answer.said)) {
        terminal.say(
          '✗ This account is on the free plan, whose 10 ms of CPU cannot hash a password. Take the paid plan.',
        );
      }
      terminal.say(`The code was not deployed: ${reasonOf(answer)}`);
      return 1;
    }
    terminal.say(`✓ Deployed. Next: npm run doctor -- ${addressIn(report)}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first address in wrangler's report, if there is one, which is one JSON text a line: a URL, or a domain and a word on it. */
function addressIn(report: string): string {
  const lines = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const [, target = '<its address>'] = /"targets":\["([^" ]+)/.exec(lines) ?? [];
  return target.startsWith('https://') ? target : `https://${target}`;
}
