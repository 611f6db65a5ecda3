/** Whether the worker's memory grows: resident memory of workerd over many requests that leave nothing new in the stores. */
import type { Served } from './serve.ts';
import { ask, nextMobile, repeat, signUp } from './sign-up.ts';

const CONCURRENCY = 16;
const STEPS = 20;
/** As many captcha ids as there are, so that KV has only so many keys. */
const IDS = 1000;

export interface Memory {
  requests: number;
  /** Bytes, after each twentieth of the requests. */
  rss: number[];
  /** Growth over the second half, as a part of what it was then: the first half fills caches. */
  growth: number;
}

/** Captchas, sessions, refusals: what a page asks all day. */
export async function memoryOf(
  served: Served,
  requests: number,
  progress: (done: number) => void,
): Promise<Memory> {
  const api = `${served.url}/api/v1.0`;
  const cookie = (await signUp(served, nextMobile()))[2]?.cookie ?? '';
  const kinds = [
    async (turn: number) => {
      const id = `m${turn % IDS}`;
      await ask(`${api}/imagecode/${id}`, { host: 'bench.example' });
    },
    () => ask(`${api}/session`, { cookie }),
    () => ask(`${api}/user`, { cookie }),
    (turn: number) => ask(`${api}/smscode/13000000000?id=none${turn % IDS}&text=abcd`),
    () => ask(`${api}/users`, { method: 'POST', body: '{"mobile":"x"}' }),
  ];
  const rss: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    await repeat(requests / STEPS, CONCURRENCY, async (turn) => {
      await kinds[turn % kinds.length]?.(turn);
    });
    rss.push(served.rss());
    progress(step + 1);
  }
  const half = rss[STEPS / 2] ?? NaN;
  return { requests, rss, growth: (rss.at(-1) ?? NaN) / half - 1 };
}
