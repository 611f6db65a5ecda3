/** CPU of the server's process for one unit of work, worker against worker, in rounds that take turns. */
import type { Asked } from './serve.ts';
import { ask, nextMobile, repeat, signUp } from './sign-up.ts';

const CONCURRENCY = 16;
/** V8 compiles what is hot: before that, a round says nothing about the next. */
const WARM_UP_PARTS = 3;

export const WORK = {
  'sign-up': (served: Asked) => signUp(served),
  'GET /imagecode': async (served: Asked) => {
    // By another name of this machine: no development line is printed.
    await ask(`${served.url}/api/v1.0/imagecode/c${nextMobile()}`, { host: 'bench.example' });
  },
};

/** Milliseconds of CPU for one piece of work, by worker, a number a round. */
export async function cpuOf(
  workers: readonly Asked[],
  work: (served: Asked) => Promise<unknown>,
  { rounds, times }: { rounds: number; times: number },
  progress: (done: number) => void,
): Promise<Map<string, number[]>> {
  const measured = new Map<string, number[]>(workers.map(({ name }) => [name, []]));
  const run = (served: Asked) => repeat(times, CONCURRENCY, async () => void (await work(served)));
  for (let part = 0; part < WARM_UP_PARTS; part++) {
    for (const served of workers) await run(served);
  }
  for (let round = 0; round < rounds; round++) {
    // Nobody is always first.
    const turns = [
      ...workers.slice(round % workers.length),
      ...workers.slice(0, round % workers.length),
    ];
    for (const served of turns) {
      const before = served.cpuMs();
      await run(served);
      measured.get(served.name)?.push((served.cpuMs() - before) / times);
    }
    progress(round + 1);
  }
  return measured;
}
