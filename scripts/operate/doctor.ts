/** What is wrong with a configuration: of this machine, of the account, or of whatever answers at an address. */
import { idFindings, NOT_LOGGED_IN, secretFindings, type Site } from './account.ts';
import { accountsOf, deployedOf, pendingMigrations, secretsOf } from './cloud.ts';
import { type Finding, good, isWrong, linesOf, warning, wrong } from './finding.ts';
import { messageOf } from './message.ts';
import { unknownSettings } from './names.ts';
import { probe } from './probe.ts';
import { readDevVars, readProject } from './project.ts';
import {
  cpuFinding,
  deployedSettings,
  developmentSettings,
  placeOf,
  projectFindings,
  settingProblems,
  unusualSettings,
} from './settings.ts';

export interface Examination {
  /** The deployed worker instead of the local one. */
  remote: boolean;
  /** Running services to ask. */
  addresses: readonly string[];
}

/** Says everything that it finds. The exit code: 0 if nothing is wrong. */
export async function examine(site: Site, { remote, addresses }: Examination): Promise<number> {
  const findings: Finding[] = [];
  const report = async (title: string, work: () => Promise<Finding[]>) => {
    const found = await work().catch((error: unknown) => [wrong(messageOf(error))]);
    site.terminal.say(title);
    for (const line of found.flatMap(linesOf)) site.terminal.say(`  ${line}`);
    findings.push(...found);
    return found;
  };
  if (remote) {
    await report('wrangler.toml, what npm run deploy would deploy', async () => written(site));
    if (!isWrong(await report('Cloudflare', async () => login(site)))) {
      await report('The account', async () => account(site));
      await report('The deployed worker', async () => running(site));
    }
  } else if (addresses.length === 0) {
    await report('This machine: .dev.vars and wrangler.toml', async () => local(site));
  }
  for (const address of addresses) await report(address, async () => probe(address));
  const count = findings.filter(({ level }) => level === 'wrong').length;
  site.terminal.say(count === 0 ? 'Nothing is wrong.' : `Wrong: ${count}.`);
  return isWrong(findings) ? 1 : 0;
}

async function local({ root, wrangler }: Site): Promise<Finding[]> {
  const project = readProject(root);
  const devVars = readDevVars(root);
  if (devVars === null) {
    return [wrong('There is no .dev.vars', 'npm start makes one with random keys')];
  }
  const vars = { ...project.vars, ...devVars };
  const places = { '.dev.vars': devVars, 'wrangler.toml': project.vars };
  const problems = settingProblems(vars).map((problem) =>
    wrong(problem, `mend it in ${placeOf(problem, places)}`),
  );
  const pending = await pendingMigrations(wrangler, ['--local']);
  return [
    ...(problems.length === 0 ? [good('Every setting and secret is there')] : problems),
    ...projectFindings(project),
    ...unusualSettings(vars),
    pending.length === 0
      ? good('The database is up to date')
      : warning(`The database lacks ${pending.join(', ')}`, 'npm start applies them'),
    await cpuFinding(vars, project.limits.cpu_ms),
  ];
}

async function written({ root }: Site): Promise<Finding[]> {
  const project = readProject(root);
  const { vars, limits } = project;
  const refused = developmentSettings(vars);
  return [
    ...(refused.length === 0 ? [good('It has no development setting')] : refused),
    ...projectFindings(project),
    ...unusualSettings(vars),
    ...idFindings(project),
    await cpuFinding(vars, limits.cpu_ms),
  ];
}

async function login({ wrangler }: Site): Promise<Finding[]> {
  return (await accountsOf(wrangler)) === null ? [NOT_LOGGED_IN] : [good('Logged in')];
}

async function account({ root, wrangler }: Site): Promise<Finding[]> {
  const project = readProject(root);
  const findings = secretFindings(project, await secretsOf(wrangler));
  if (isWrong(idFindings(project))) return findings;
  const pending = await pendingMigrations(wrangler, ['--remote']);
  const database =
    pending.length === 0
      ? good('The database is up to date')
      : warning(`The database lacks ${pending.join(', ')}`, 'npm run deploy applies them');
  return [...findings, database];
}

/** What runs may not be what the files say: it may be older, or somebody changed it in the dashboard. */
async function running({ wrangler }: Site): Promise<Finding[]> {
  const deployed = await deployedOf(wrangler);
  if (deployed === null) return [warning('It is not deployed yet', 'npm run deploy')];
  const { vars, secrets, cpuMs } = deployed;
  const problems = [...developmentSettings(vars), ...deployedSettings(vars, secrets)];
  return [
    ...(problems.length === 0 ? [good('Its settings are complete')] : problems),
    ...unknownSettings([...Object.keys(vars), ...secrets]),
    await cpuFinding(vars, cpuMs),
  ];
}
