/** The three workers side by side, and what the product and the peer ask of their stores. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Alone, serveAlone } from './alone.ts';
import { bundle, bundlePeer, migrations, pathOf, statementsOf } from './build.ts';
import { planOf } from './plan.ts';
import type { Operation } from './operations.ts';
import { serve, type Served } from './serve.ts';
import { ask, nextMobile, REQUESTS, signUp } from './sign-up.ts';

/** No secrets: they protect nothing. */
const VARS = {
  ENVIRONMENT: 'development',
  SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
  PASSWORD_PEPPER: Buffer.alloc(32, 2).toString('base64'),
  PASSWORD_ITERATIONS: '1000',
  SMS_PROVIDERS: 'console',
  SMS_DAILY_BUDGET: '1000000000',
};
type Options = { inspected?: boolean };
const PEER_SCHEMA = pathOf('peer/schema.sql');

/** A worker with its stores in its own process, and without. */
interface Both {
  served: Served;
  alone: () => Promise<Alone>;
}

/** A served worker, and how large its bundle is. */
export interface Sized extends Both {
  bytes: number;
  gzip: number;
}

export interface Recorded {
  name: (typeof REQUESTS)[number];
  operations: Operation[];
  answer: string;
}

/** `hashless`: PBKDF2 answers at once, and what is around the password hash can be seen. */
export async function serveOurs({
  readable = false,
  hashless = false,
  ...options
}: Options & { readable?: boolean; hashless?: boolean } = {}): Promise<Sized> {
  const { script, ...size } = await bundle(undefined, ...(readable ? ['--minify=false'] : []));
  const both = await serveBoth(
    'ours',
    hashless ? withoutHash(script) : script,
    VARS,
    migrations(),
    options,
  );
  return { ...size, ...both };
}

/** The floor replays the sign-up that `recordOurs` took down. */
export async function serveFloor(): Promise<Both> {
  const { recorded, mobile, now } = await recordOurs();
  const { script } = await bundle('workers/floor.ts');
  const PLAN = JSON.stringify(planOf(recorded, mobile, now));
  return serveBoth('floor', script, { PLAN }, migrations());
}

/** Likewise without its password hash. */
export async function servePeer(): Promise<Sized> {
  const { script, ...size } = await bundlePeer('peer/worker.js');
  const tables = statementsOf(PEER_SCHEMA);
  const both = await serveBoth('better-auth', withoutHash(script), VARS, tables, { nodejs: true });
  return { ...size, ...both };
}

async function serveBoth(...of: Parameters<typeof serve>): Promise<Both> {
  return { served: await serve(...of), alone: () => serveAlone(...of) };
}

function withoutHash(script: string): string {
  const changed = `${script}.hashless.js`;
  const prelude = 'crypto.subtle.deriveBits = async () => new ArrayBuffer(32);';
  writeFileSync(changed, `${prelude}\n${readFileSync(script, 'utf8')}`);
  return changed;
}

/** The product with a clerk at its stores. */
export async function serveRecorded(): Promise<Served> {
  const { script } = await bundle('workers/ours-recorded.ts');
  return serve('ours, recorded', script, VARS, migrations());
}

export const recordOurs = async () => record(await serveRecorded());

export async function recordPeer() {
  const { script } = await bundlePeer('peer/recorded.js');
  const served = await serve('better-auth, recorded', script, VARS, statementsOf(PEER_SCHEMA), {
    nodejs: true,
  });
  return record(served);
}

/** One sign-up, after another one that has warmed the isolate and the tables. */
async function record(served: Served) {
  try {
    return await recordSignUp(served);
  } finally {
    await served.stop();
  }
}

export async function recordSignUp(served: Served) {
  await signUp(served);
  await ask(`${served.url}/recorded`);
  const mobile = nextMobile();
  const now = Date.now();
  const recorded: Recorded[] = [];
  await signUp(served, mobile, async (name, { text }) => {
    const operations = JSON.parse((await ask(`${served.url}/recorded`)).text) as Operation[];
    recorded.push({ name, operations, answer: text });
  });
  return { recorded, mobile, now };
}
