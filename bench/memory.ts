/** Whether the worker's memory grows, over many requests that leave nothing new in the stores. */
import type { Served } from './serve.ts';
import { ask, nextMobile, repeat, signUp } from './sign-up.ts';

const CONCURRENCY = 16;
const STEPS = 20;
/** As many captcha ids as there are, so that KV has only so many keys. */
const IDS = 1000;
const REQUESTS_PER_READING = 50;

export interface Memory {
  requests: number;
  /** Bytes, for each twentieth of the requests: the least that the isolate held meanwhile. */
  heap: number[];
  /** Bytes: resident memory of workerd, which holds the local stand-ins of D1 and KV as well. */
  rss: number[];
  /** Bytes: the least of the heap in the first half, without its beginning, and in the second. What was kept shows here. */
  least: { before: number; after: number };
}

/** Captchas, sessions, refusals: what pages ask all day. `served` must be inspected. */
export async function memoryOf(
  served: Served,
  requests: number,
  progress: (done: number) => void,
): Promise<Memory> {
  const api = `${served.url}/api/v1.0`;
  const cookie = (await signUp(served, nextMobile()))[2]?.cookie ?? '';
  const kinds = [
    (turn: number) => ask(`${api}/imagecode/m${turn % IDS}`, { host: 'bench.example' }),
    () => ask(`${api}/session`, { cookie }),
    () => ask(`${api}/user`, { cookie }),
    (turn: number) => ask(`${api}/smscode/13000000000?id=none${turn % IDS}&text=abcd`),
    () => ask(`${api}/users`, { method: 'POST', body: '{"mobile":"x"}' }),
  ];
  const inspector = await served.inspect();
  const heap: number[] = [];
  const rss: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    let held = Infinity; // soon after a collection of garbage, which cannot be asked for
    await repeat(requests / STEPS, CONCURRENCY, async (turn) => {
      await kinds[turn % kinds.length]?.(turn);
      if (turn % REQUESTS_PER_READING > 0) return;
      const { usedSize } = await inspector.call<{ usedSize: number }>('Runtime.getHeapUsage');
      held = Math.min(held, usedSize);
    });
    heap.push(held);
    rss.push(served.rss());
    progress(step + 1);
  }
  const [warm, half] = [1, STEPS / 2];
  const least = {
    before: Math.min(...heap.slice(warm, half)),
    after: Math.min(...heap.slice(half)),
  };
  return { requests, heap, rss, least };
}
