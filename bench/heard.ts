/** What a worker has said on its console, for a client that waits for it. */
const LINE_TIMEOUT_MS = 20_000;
/** The lines by which captchas and codes reach a client in development. */
const DEVELOPMENT = /(dev \S+ \S+) (\S+)\s*$/;

export class Heard {
  readonly #said = new Map<string, string>();
  readonly #waiting = new Map<string, (rest: string) => void>();

  hear(line: string): void {
    const [, prefix, rest] = DEVELOPMENT.exec(line) ?? [];
    if (prefix === undefined || rest === undefined) return;
    const resolve = this.#waiting.get(prefix);
    if (resolve === undefined) this.#said.set(prefix, rest);
    else resolve(rest);
    this.#waiting.delete(prefix);
  }

  /** What follows `prefix` on the line that has it, now or when it comes. */
  line(prefix: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const said = this.#said.get(prefix);
      this.#said.delete(prefix);
      if (said !== undefined) return resolve(said);
      const timer = setTimeout(() => reject(new Error(`no line "${prefix}"`)), LINE_TIMEOUT_MS);
      this.#waiting.set(prefix, (rest) => {
        clearTimeout(timer);
        resolve(rest);
      });
    });
  }
}
