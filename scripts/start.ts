/**
 * `npm start`: everything for a local service. Makes `.dev.vars` with random keys if there is none, applies the
 * migrations, starts `wrangler dev`. Further arguments go to `wrangler dev` as they are.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const DEV_VARS = join(ROOT, '.dev.vars');
const passedOn = process.argv.slice(2);

if (!existsSync(DEV_VARS)) {
  const template = readFileSync(join(ROOT, '.dev.vars.example'), 'utf8');
  const filled = template.replaceAll(/=$/gm, () => `=${randomBytes(32).toString('base64')}`);
  writeFileSync(DEV_VARS, filled, { mode: 0o600 });
  console.log('Made .dev.vars with random keys.');
}

const migrated = spawnSync(
  process.execPath,
  [WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', ...optionOf('--persist-to')],
  // CI: wrangler asks no question.
  { cwd: ROOT, env: { ...process.env, CI: 'true' }, encoding: 'utf8' },
);
if (migrated.status !== 0) {
  console.error(`${migrated.stdout}${migrated.stderr}`);
  console.error('The migrations could not be applied. Nothing was started.');
  process.exit(1);
}
console.log(
  'The database is up to date. In development captchas and codes appear below as "dev captcha" and "dev sms".',
);

const port = hasOption('--port') ? [] : ['--port', '8787'];
const service = spawn(process.execPath, [WRANGLER, 'dev', ...port, ...passedOn], {
  cwd: ROOT,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => service.kill(signal));
}
// A signal to npm ends npm and its shell, and nobody tells us: then our parent is another one.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) service.kill('SIGTERM');
}, 500).unref();
service.on('exit', (code) => process.exit(code ?? 0));

function hasOption(name: string): boolean {
  return passedOn.some((argument) => argument === name || argument.startsWith(`${name}=`));
}

/** The option and its value as they were passed on, or nothing. */
function optionOf(name: string): string[] {
  const at = passedOn.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
  if (at === -1) return [];
  return passedOn[at] === name ? passedOn.slice(at, at + 2) : passedOn.slice(at, at + 1);
}
