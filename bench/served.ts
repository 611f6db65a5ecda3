/** The three workers side by side, and what the product and the peer ask of their stores. */
import { bundle, bundlePeer, migrations, pathOf, statementsOf } from './build.ts';
import { planOf } from './plan.ts';
import type { Operation } from './operations.ts';
import { serve, type Served } from './serve.ts';
import { ask, nextMobile, REQUESTS, signUp } from './sign-up.ts';

/** No secrets: they protect nothing. The hash is made so cheap that what is around it can be seen. */
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

/** A served worker, and how large its bundle is. */
export interface Sized {
  served: Served;
  bytes: number;
  gzip: number;
}

export interface Recorded {
  name: (typeof REQUESTS)[number];
  operations: Operation[];
  answer: string;
}

export async function serveOurs({
  readable = false,
  ...options
}: Options & { readable?: boolean } = {}): Promise<Sized> {
  const { script, ...size } = await bundle(undefined, ...(readable ? ['--minify=false'] : []));
  return { ...size, served: await serve('ours', script, VARS, migrations(), options) };
}

/** The floor replays the sign-up that `recordOurs` took down. */
export async function serveFloor(options: Options = {}): Promise<Served> {
  const { recorded, mobile, now } = await recordOurs();
  const { script } = await bundle('workers/floor.ts');
  const PLAN = JSON.stringify(planOf(recorded, mobile, now));
  return serve('floor', script, { PLAN }, migrations(), options);
}

export async function servePeer(): Promise<Sized> {
  const { script, ...size } = await bundlePeer('peer/worker.js');
  const served = await serve('better-auth', script, VARS, statementsOf(PEER_SCHEMA), {
    nodejs: true,
  });
  return { ...size, served };
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
