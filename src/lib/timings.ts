/** Milliseconds that a request has waited so far, by whom it waited for. */
export type Timings = Partial<Record<'d1_ms' | 'kv_ms' | 'sms_ms', number>>;

/**
 * Adds how long `work` takes, also when it fails. The platform's clock stands still while a worker computes and catches
 * up at its next I/O, so what was computed just before counts as well.
 */
export async function timed<T>(
  timings: Timings,
  on: keyof Timings,
  work: () => Promise<T>,
): Promise<T> {
  const started = Date.now();
  try {
    return await work();
  } finally {
    timings[on] = (timings[on] ?? 0) + Date.now() - started;
  }
}
