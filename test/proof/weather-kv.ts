/**
 * A KV namespace that behaves like the real one on a bad day. Every location keeps what it has read, misses
 * included, for up to a minute, and hands that out whatever was written elsewhere meanwhile; a value may be handed
 * out after its end; a key takes one write a second; a life under 60 s is refused; calls take their time.
 * Everything follows from the seed and the clock.
 */
export const STALE_MS = 60_000;
const WRITE_PAUSE_MS = 1000;
const SHORTEST_TTL_S = 60;
const LONGEST_KEY_BYTES = 512;

export interface KvWeather {
  random: () => number;
  now: () => number;
  /** Takes the time that a call takes. */
  pause: () => Promise<void>;
  /**
   * How old the centre itself may look to a location that has no copy. The platform promises nothing here; 0 is
   * what it does, more is worse than it has been seen to be.
   */
  lagMs: number;
}

interface Version {
  value: string;
  from: number;
  until: number;
}

interface Copy {
  value: string | null;
  until: number;
}

const EVICTED = 0.1;
const UNSEEN_BY_ITS_WRITER = 0.1;

export class WeatherKv {
  private readonly centre = new Map<string, Version[]>();
  private readonly copies = new Map<number, Map<string, Copy>>();
  private readonly weather: KvWeather;

  constructor(weather: KvWeather) {
    this.weather = weather;
  }

  /** The namespace as a worker in that location sees it. */
  at(location: number): KVNamespace {
    const namespace = {
      get: (key: string) => this.read(location, key),
      put: (key: string, value: string, options?: KVNamespacePutOptions) =>
        this.write(location, key, value, options),
    };
    return namespace as unknown as KVNamespace;
  }

  private async read(location: number, key: string): Promise<string | null> {
    const { now, pause, random } = this.weather;
    checkKey(key);
    await pause();
    const copies = this.copiesAt(location);
    const copy = copies.get(key);
    if (copy !== undefined && copy.until > now() && random() > EVICTED) return copy.value;
    const asOf = now() - Math.floor(random() * this.weather.lagMs);
    const value = this.valueAsOf(key, asOf);
    copies.set(key, { value, until: asOf + STALE_MS });
    await pause();
    return value;
  }

  private async write(
    location: number,
    key: string,
    value: string,
    options?: KVNamespacePutOptions,
  ): Promise<void> {
    const { now, pause, random } = this.weather;
    checkKey(key);
    const ttl = options?.expirationTtl;
    if (ttl === undefined || ttl < SHORTEST_TTL_S)
      throw new Error(`KV PUT failed: 400, ttl ${ttl}`);
    await pause();
    const versions = this.centre.get(key) ?? [];
    const before = versions.at(-1);
    if (before !== undefined && now() - before.from < WRITE_PAUSE_MS) {
      throw new Error('KV PUT failed: 429 Too Many Requests');
    }
    this.centre.set(key, [...versions, { value, from: now(), until: now() + ttl * 1000 }]);
    if (random() > UNSEEN_BY_ITS_WRITER) {
      this.copiesAt(location).set(key, { value, until: now() + STALE_MS });
    }
    await pause();
  }

  private valueAsOf(key: string, time: number): string | null {
    const version = this.centre.get(key)?.findLast(({ from }) => from <= time);
    return version === undefined || version.until <= time ? null : version.value;
  }

  private copiesAt(location: number): Map<string, Copy> {
    const copies = this.copies.get(location) ?? new Map<string, Copy>();
    this.copies.set(location, copies);
    return copies;
  }
}

function checkKey(key: string): void {
  const bytes = new TextEncoder().encode(key).byteLength;
  if (bytes === 0 || bytes > LONGEST_KEY_BYTES) throw new Error(`KV failed: 414, key of ${bytes}`);
}

/** Mulberry32: numbers in [0, 1) that follow from a seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
