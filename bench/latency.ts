/** How long each request of a sign-up takes, while so many sign up at once. */
import type { Asked } from './serve.ts';
import { REQUESTS, repeat, signUp } from './sign-up.ts';
import { quantile } from './statistics.ts';

export interface Latency {
  worker: string;
  request: string;
  concurrency: number;
  p50: number;
  p99: number;
}

/** Milliseconds. `times`: sign-ups at each concurrency. */
export async function latencyOf(
  served: Asked,
  concurrency: number,
  times: number,
): Promise<Latency[]> {
  const took: number[][] = REQUESTS.map(() => []);
  await repeat(times, concurrency, async () => {
    const replies = await signUp(served);
    replies.forEach(({ ms }, request) => took[request]?.push(ms));
  });
  return REQUESTS.map((request, i) => {
    const numbers = took[i] ?? [];
    const [p50, p99] = [quantile(numbers, 0.5), quantile(numbers, 0.99)];
    return { worker: served.name, request, concurrency, p50, p99 };
  });
}
