/**
 * `npm start`: everything for a local service. Makes `.dev.vars` with random keys if there is none, applies the
 * migrations, starts `wrangler dev`. Further arguments go to `wrangler dev` as they are.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { applyMigrations } from './operate/cloud.ts';
import { linesOf } from './operate/finding.ts';
import { messageOf } from './operate/message.ts';
import { unknownSettings } from './operate/names.ts';
import { optionOf, valueOf, valuesOf } from './operate/options.ts';
import { freePort, isListening, isPort, isTaken } from './operate/ports.ts';
import { readDevVars, readProjectOr } from './operate/project.ts';
import { placeOf, settingProblems } from './operate/settings.ts';
import { takeTurn } from './operate/turn.ts';
import { wranglerIn, wranglerPath } from './operate/wrangler.ts';

const ROOT = dirname(import.meta.dirname);
const DEV_VARS = join(ROOT, '.dev.vars');
const LOOK_EVERY_MS = 100;
const passedOn = process.argv.slice(2);
const port = Number(valueOf(passedOn, '--port') ?? 8787);
// On all addresses it is at localhost too, and only there does it print the codes.
const host = (valueOf(passedOn, '--ip') ?? 'localhost').replace(
  /^(\*|0\.0\.0\.0|::)$/,
  'localhost',
);
const origin = `${valueOf(passedOn, '--local-protocol') ?? 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;

// Two first starts at once would both make keys and both migrate: the second waits until the first serves.
const endTurn = await takeTurn(join(ROOT, '.wrangler/starting.sqlite'), () => {
  console.log('Another npm start is under way in this folder: waiting for it.');
});
await checkPort();
if (optionOf(passedOn, '--env-file').length === 0) prepareVariables();
await migrate();
serve();

async function checkPort(): Promise<void> {
  const isMissing = valueOf(passedOn, '--port') === ''; // a number to JavaScript: 0
  if (isMissing || !isPort(port)) stop('--port takes a number from 0 to 65535.');
  if (!(await isTaken(host, port))) return;
  const other = await freePort(host, port + 1);
  stop(
    `Port ${port} is taken, perhaps by another npm start. Stop that one, or choose another port: npm start -- --port ${other}`,
  );
}

/** Makes `.dev.vars` if there is none, and stops unless the worker can run with it. Says which names it will not read. */
function prepareVariables(): void {
  if (!existsSync(DEV_VARS)) {
    const template = readFileSync(join(ROOT, '.dev.vars.example'), 'utf8');
    const filled = template.replaceAll(/=$/gm, () => `=${randomBytes(32).toString('base64')}`);
    writeFileSync(DEV_VARS, filled, { mode: 0o600 });
    console.log('Made .dev.vars with random keys.');
  }
  const given = valuesOf(passedOn, '--var').map((pair) => pair.split(/:(.*)/s));
  const places = {
    '--var': Object.fromEntries(given),
    '.dev.vars': readDevVars(ROOT) ?? {},
    'wrangler.toml': readProjectOr(stop, ROOT).vars,
  };
  const vars = { ...places['wrangler.toml'], ...places['.dev.vars'], ...places['--var'] };
  for (const line of unknownSettings(Object.keys(vars)).flatMap(linesOf)) console.error(line);
  const problems = settingProblems(vars);
  if (problems.length === 0) return;
  const mend = new Set(problems.map((problem) => placeOf(problem, places)));
  stop(`${problems.join('; ')}. Mend ${[...mend].join(', ')}: npm run doctor says more.`);
}

async function migrate(): Promise<void> {
  try {
    await applyMigrations(wranglerIn(ROOT), ['--local', ...optionOf(passedOn, '--persist-to')]);
  } catch (error) {
    stop(`The migrations could not be applied: ${messageOf(error)}`);
  }
}

function serve(): void {
  const args = [wranglerPath(ROOT), 'dev', ...passedOn];
  if (optionOf(passedOn, '--port').length === 0) args.push('--port', String(port));
  const service = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => service.kill(signal));
  }
  // A signal to npm ends npm and its shell, and nobody tells us: then our parent is another one.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) service.kill('SIGTERM');
  }, 500).unref();
  service.on('exit', (code) => process.exit(code ?? 0));
  void announce();
}

/** Says what to do once the page is there, below whatever wrangler prints on its way. */
async function announce(): Promise<void> {
  if (port !== 0) {
    while (!(await isListening(host, port))) await setTimeout(LOOK_EVERY_MS);
    await fetch(`${origin}/favicon.svg`).catch(() => {}); // held until the worker is built
    console.log(`
The page:  ${origin}
The codes: here, as "dev captcha <id> <text>" and "dev sms <mobile> <code>"
To stop:   Ctrl+C
`);
  }
  endTurn();
}

function stop(why: string): never {
  console.error(`${why}\nNothing was started.`);
  process.exit(1);
}
