/** Bundles as `wrangler deploy` would, and reads what the database needs. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { temporary } from './temporary.ts';

const run = promisify(execFile);
export const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
export const ROOT = pathOf('..');
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');

/** `wrangler` with these arguments, in the product's directory; what it printed. */
export async function wrangler(...args: string[]): Promise<string> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' };
  const { stdout } = await run(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env });
  return stdout;
}

export interface Bundle {
  script: string;
  bytes: number;
  gzip: number;
}

/** The bundle of a worker: by default the product's. `entry` is a path from here. */
export async function bundle(entry?: string, ...args: string[]): Promise<Bundle> {
  const out = temporary();
  const main = entry === undefined ? [] : [pathOf(entry)];
  await wrangler('deploy', ...main, '--dry-run', '--outdir', out, ...args);
  const file = readdirSync(out).find((name) => name.endsWith('.js')) ?? 'index.js';
  const script = join(out, file);
  const source = readFileSync(script);
  return { script, bytes: source.byteLength, gzip: gzipSync(source, { level: 9 }).byteLength };
}

/**
 * The same of a worker that needs svg-captcha, which reads its font from the disk when it is loaded; a worker has no disk, so the
 * font goes into the bundle.
 */
export const bundlePeer = async (entry: string) => bundle(entry, ...(await peerArguments()));

/** What wrangler must be told to bundle the peer. */
export async function peerArguments(): Promise<string[]> {
  const svgCaptcha = join(temporary(), 'svg-captcha.cjs');
  await build({
    stdin: { contents: `module.exports = require('svg-captcha')`, resolveDir: pathOf('.') },
    outfile: svgCaptcha,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    loader: { '.ttf': 'binary' },
    plugins: [
      {
        name: 'font',
        setup: (bundler) => bundler.onLoad({ filter: /option-manager\.js$/ }, inlineFont),
      },
    ],
  });
  return ['--minify', '-c', pathOf('peer/wrangler.toml'), '--alias', `svg-captcha:${svgCaptcha}`];
}

const inlineFont = ({ path }: { path: string }) => ({
  contents: readFileSync(path, 'utf8')
    .replace(
      'opentype.loadSync(fontPath)',
      "opentype.parse(require('../fonts/Comismsh.ttf').buffer)",
    )
    .replace(/const fontPath = .*/, ''),
});

/** The statements of the product's migrations, in their order. */
export function migrations(): string[] {
  const directory = join(ROOT, 'migrations');
  const files = readdirSync(directory).filter((name) => name.endsWith('.sql'));
  return files.toSorted().flatMap((name) => statementsOf(join(directory, name)));
}

export const statementsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split(/;\s*(?:--> statement-breakpoint)?\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
