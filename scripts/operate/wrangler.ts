/** The pinned wrangler: the one door to Cloudflare and to the local stores. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';

export interface Answer {
  ok: boolean;
  /** What it printed as its result. */
  output: string;
  /** Everything it printed, as a person reads it. */
  said: string;
}

export interface Call {
  /** For its standard input, such as the value of a secret: never an argument, which others can see. */
  input?: string;
  /** Lets it print and ask by itself. */
  hand?: boolean;
  env?: Record<string, string>;
}

export type Wrangler = (args: readonly string[], call?: Call) => Promise<Answer>;

/** Where it is, below the project's folder. */
export const wranglerPath = (root: string) => join(root, 'node_modules/wrangler/bin/wrangler.js');

/** Runs in `root`, on the top of wrangler.toml. It asks no question (`CI`) unless it is handed the terminal. */
export function wranglerIn(root: string): Wrangler {
  return async (args, { input, hand = false, env = {} } = {}) => {
    const child = spawn(process.execPath, [wranglerPath(root), ...args], {
      cwd: root,
      env: { ...process.env, CLOUDFLARE_ENV: '', ...(hand ? {} : { CI: 'true' }), ...env },
      stdio: hand ? 'inherit' : 'pipe',
    });
    child.stdin?.end(input ?? '');
    const [output, errors, code] = await Promise.all([
      child.stdout ? text(child.stdout) : '',
      child.stderr ? text(child.stderr) : '',
      new Promise<number | null>((resolve, reject) => {
        child.once('error', reject).once('close', resolve);
      }),
    ]);
    return { ok: code === 0, output, said: stripVTControlCharacters(`${output}${errors}`) };
  };
}

/** The JSON that it printed, behind whatever else it had to say. Throws if that is of another shape. */
export function parsed<T>(schema: z.ZodType<T>, answer: Answer): T {
  const json = answer.output.slice(Math.max(0, answer.output.search(/^[[{]/m)));
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    throw new Error(`wrangler gave another answer than expected: ${reasonOf(answer)}`);
  }
}

const failure = z.object({
  error: z.object({
    text: z.string(),
    notes: z.array(z.object({ text: z.string() })).default([]),
  }),
});

/** The one line of an error that says what went wrong, and Cloudflare's own reason. */
export function reasonOf({ output, said }: Answer): string {
  // We told it that nobody is at the terminal, so it asks for what a person need not have.
  if (/necessary to set a CLOUDFLARE_API_TOKEN/.test(said)) {
    return 'nobody is logged in to Cloudflare. npx wrangler login, or in CI: CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID in the environment';
  }
  const lines = said.split('\n').map((line) => line.trim());
  const error = lines.find((line) => line.startsWith('✘'))?.replace(/^✘\s*\[ERROR\]\s*/, '');
  const code = lines.find((line) => /\[code: [0-9]+\]/.test(line)) ?? '';
  return reasonInJson(output) ?? `${error ?? 'wrangler failed'} ${code}`.trim();
}

/** With `--json` it is an object, in which the reason stands apart. */
function reasonInJson(output: string): string | undefined {
  try {
    const { error } = failure.parse(JSON.parse(output));
    return [error, ...error.notes].map(({ text: words }) => words).join(' ');
  } catch {
    return undefined;
  }
}
