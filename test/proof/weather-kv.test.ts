/** The bad KV is bad in the ways of the real one, and in no others. */
import { describe, expect, it } from 'vitest';
import { seededRandom, STALE_MS, WeatherKv } from './weather-kv.ts';

const TTL = { expirationTtl: 300 };

function createKv(lagMs = 0) {
  let now = 1_000_000;
  const kv = new WeatherKv({
    random: seededRandom(7),
    now: () => now,
    pause: () => Promise.resolve(),
    lagMs,
  });
  return { here: kv.at(0), there: kv.at(1), advance: (ms: number) => (now += ms) };
}

const readOften = (kv: KVNamespace) => Promise.all(Array.from({ length: 200 }, () => kv.get('a')));

describe('the KV of the proof', () => {
  it('caches misses, and ends them after a minute', async () => {
    const { here, there, advance } = createKv();
    expect(await there.get('a')).toBeNull();
    await here.put('a', 'one', TTL);
    expect(await there.get('a')).toBeNull();
    advance(STALE_MS);
    expect(await there.get('a')).toBe('one');
  });

  it('shows the new value here and the old one there, for a minute at most', async () => {
    const { here, there, advance } = createKv();
    await here.put('a', 'one', TTL);
    expect(await there.get('a')).toBe('one');
    advance(2000);
    await here.put('a', 'two', TTL);
    expect(await here.get('a')).toBe('two');
    expect(await there.get('a')).toBe('one');
    advance(STALE_MS);
    expect(new Set(await readOften(there))).toEqual(new Set(['two']));
  });

  it('never misses a key that was written before it was first read', async () => {
    const { here, there } = createKv();
    await here.put('a', 'one', TTL);
    expect(await there.get('a')).toBe('one');
  });

  it('misses even that when its centre lags', async () => {
    const { here, there } = createKv(30_000);
    await here.put('a', 'one', TTL);
    expect(await there.get('a')).toBeNull();
  });

  it('takes one write a second per key', async () => {
    const { here, there, advance } = createKv();
    await here.put('a', 'one', TTL);
    await expect(there.put('a', 'two', TTL)).rejects.toThrow('429');
    await there.put('b', 'two', TTL);
    advance(1000);
    await there.put('a', 'two', TTL);
  });

  it('refuses lives under a minute and keys over 512 bytes', async () => {
    const { here } = createKv();
    await expect(here.put('a', 'one', { expirationTtl: 59 })).rejects.toThrow('400');
    await expect(here.put('é'.repeat(257), 'one', TTL)).rejects.toThrow('414');
  });

  it('may hand a value out for a minute after its end', async () => {
    const { here, there, advance } = createKv();
    await here.put('a', 'one', TTL);
    advance(299_000);
    expect(await there.get('a')).toBe('one');
    advance(2000);
    expect(await there.get('a')).toBe('one');
    advance(STALE_MS);
    expect(await there.get('a')).toBeNull();
  });
});
