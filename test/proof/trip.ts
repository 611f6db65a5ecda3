/**
 * One request's way through the stores and to the vendor: every call is numbered, meets its fate, and is kept in
 * the order in which it was made, with what truly became of it. A reference model can be told no less.
 */
import { type Operation, Stores } from '../support/stores.ts';

/**
 * `before`: fails, nothing happened. `after`: happened, the answer is an error. `hang`: nothing happens and nothing is
 * answered. `stall`: happens, and nothing is answered. `late`: nothing is answered, and it happens when the request
 * is long over. `nonsense`: nothing happened and something else is answered. `cut`: the client is gone and nothing
 * keeps the request running.
 */
export const FATES = ['before', 'after', 'hang', 'stall', 'late', 'nonsense'] as const;
export type Fate = (typeof FATES)[number] | 'ok' | 'cut';
export type Kind = Operation | 'vendor';

export interface Met {
  kind: Kind;
  fate: Fate;
  /** What a read found. */
  found?: unknown;
}

export interface Forecast {
  /** The fate of the n-th call, from 1. */
  faults: { at: number; fate: Fate }[];
  /** The client is gone before the n-th call. */
  hangUpAt?: number | undefined;
  vendor: 'sent' | 'refused' | 'unknown';
}

export const CALM: Forecast = { faults: [], vendor: 'sent' };

export interface Surroundings {
  pause: () => Promise<void>;
  /** Lets every deadline of the request pass. */
  passDeadlines: () => void;
  /** Told of each call to D1 as it sets out. */
  onD1: () => void;
}

export class Trip extends Stores {
  readonly met: Met[] = [];
  /** Resolves when the request was cut off. */
  readonly cut: Promise<'cut'>;
  /** What happens when the request is long over. */
  readonly late: (() => Promise<unknown>)[] = [];
  private readonly kept = new Set<Promise<unknown>>();
  private readonly forecast: Forecast;
  private readonly around: Surroundings;
  private cutOff: () => void = () => {};
  private isCut = false;

  constructor(forecast: Forecast, around: Surroundings) {
    super();
    this.forecast = forecast;
    this.around = around;
    this.cut = new Promise((resolve) => {
      this.cutOff = () => {
        this.isCut = true;
        resolve('cut');
      };
    });
  }

  /** As `waitUntil` of an execution context. */
  keep(work: Promise<unknown>): void {
    const settled: Promise<void> = work.then(
      () => void this.kept.delete(settled),
      () => void this.kept.delete(settled),
    );
    this.kept.add(settled);
  }

  /** Resolves when all that was given to `keep` has ended. */
  async finish(): Promise<void> {
    while (this.kept.size > 0) await Promise.all(this.kept);
  }

  override run<T>(operation: Operation, work: () => Promise<T>, nonsense: unknown): Promise<T> {
    return this.step(operation, work, nonsense);
  }

  /** The fate that the next call will meet, unless the client's hanging up ends it. */
  nextFate(): Fate {
    const at = this.met.length + 1;
    return this.forecast.faults.find((fault) => fault.at === at)?.fate ?? 'ok';
  }

  /** Makes a call meet its fate. */
  async step<T>(kind: Kind, work: () => Promise<T>, nonsense: unknown): Promise<T> {
    const { hangUpAt } = this.forecast;
    if (this.isCut) return silent(); // a deadline that passes does not bring it back to life
    const met: Met = { kind, fate: this.nextFate() };
    const at = this.met.push(met);
    await Promise.resolve(); // whoever called may be about to ask for time
    if (hangUpAt !== undefined && at >= hangUpAt && this.kept.size === 0) {
      met.fate = 'cut';
      this.cutOff();
      return silent();
    }
    await this.around.pause();
    if (kind === 'd1') this.around.onD1();
    return this.suffer(met, work, nonsense);
  }

  private async suffer<T>(met: Met, work: () => Promise<T>, nonsense: unknown): Promise<T> {
    const { fate, kind } = met;
    if (fate === 'before') throw new Error(`${kind} failed`);
    if (fate === 'nonsense') return nonsense as T;
    if (fate === 'hang') return this.silence();
    if (fate === 'late') {
      this.late.push(work);
      return this.silence();
    }
    const result = await this.tell(met, work);
    if (fate === 'stall') return this.silence();
    if (fate === 'after') throw new Error(`the answer of ${kind} was lost`);
    return result;
  }

  /** Does the work and notes what became of it. KV may refuse by itself; a D1 that does so is a fault of the worker. */
  private async tell<T>(met: Met, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      met.found = result;
      return result;
    } catch (error) {
      if (met.kind !== 'd1') met.fate = 'before';
      throw error;
    }
  }

  private silence(): Promise<never> {
    queueMicrotask(() => queueMicrotask(this.around.passDeadlines));
    return silent();
  }
}

const silent = () => new Promise<never>(() => {});
