/** Milliseconds that a request has waited, by whom it waited for. What a request computes is not in them. */
export type Spent = Partial<Record<'d1_ms' | 'kv_ms' | 'sms_ms', number>>;

/** Adds how long `work` takes, also when it fails. In workerd the clock moves with I/O alone, and that is what this is for. */
export async function timed<T>(spent: Spent, on: keyof Spent, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  try {
    return await work();
  } finally {
    spent[on] = (spent[on] ?? 0) + Date.now() - started;
  }
}
