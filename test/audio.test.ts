import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from './captcha/seeded.ts';
import { createWorld, MOBILE, type World } from './support/world.ts';
import { SAMPLE_RATE, samplesOf, type Voice } from '../src/captcha/clips.ts';
import { speakDigits } from '../src/captcha/speak.ts';
import { loadVoices } from '../src/captcha/voices.ts';

const listen = async (world: World, id: string, language = 'zh') => {
  const response = await world.fetch(`/audiocode/${id}`, {
    headers: { 'Accept-Language': language },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('audio/wav');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { bytes, text: world.developerLine(`dev captcha ${id}`) };
};

describe('GET /audiocode/:id', () => {
  it.each(['zh', 'en'])('speaks six digits (%s) that buy an SMS code, once', async (language) => {
    const world = createWorld();
    const { text } = await listen(world, 'page', language);
    expect(text).toMatch(/^[0-9]{6}$/);
    expect((await world.askCode(MOBILE, { id: 'page', text })).errno).toBe('0');
    expect((await world.askCode('13900139000', { id: 'page', text })).errno).toBe('4002');
  });

  it('takes the place of the picture under the same id, and the other way round', async () => {
    const world = createWorld();
    const picture = await world.captcha('page');
    const { text } = await listen(world, 'page');
    expect((await world.askCode(MOBILE, picture)).errno).toBe('4004');
    const again = await world.captcha('page');
    expect((await world.askCode(MOBILE, { id: 'page', text })).errno).toBe('4004');
    expect((await world.askCode(MOBILE, again)).errno).toBe('4002');
  });

  it('refuses what /imagecode refuses', async () => {
    const world = createWorld();
    expect(await world.call('/audiocode/a.b')).toMatchObject({ errno: '4103', errmsg: '参数错误' });
    expect((await world.fetch('/audiocode/a', { method: 'HEAD' })).status).toBe(405);
    expect((await world.call('/audiocode/a', { method: 'POST' })).status).toBe(405);
    world.stores.fail('kv.put', 'before');
    expect(await world.call('/audiocode/a')).toMatchObject({
      errno: '4001',
      errmsg: '保存图片验证码失败',
    });
  });

  it('costs one KV put', async () => {
    const world = createWorld();
    await listen(world, 'page');
    expect(world.stores.counts).toEqual({ 'kv.get': 0, 'kv.put': 1, 'kv.delete': 0, d1: 0 });
  });
});

describe('a voice', () => {
  const broken = (answer: () => Promise<Response>) => ({ fetch: answer }) as unknown as Fetcher;

  it.each<[string, () => Promise<Response>]>([
    ['fails', () => Promise.reject(new Error('down'))],
    ['is not there', async () => new Response('', { status: 404 })],
    ['is nonsense', async () => new Response('RIFF')],
    ['is cut short', async () => new Response(speakDigits('', [], seeded(1)))],
  ])('that %s is a fault with a row of its own', async (_, answer) => {
    await expect(loadVoices(broken(answer), 'zh')).rejects.toThrow('voice_unreadable');
  });
});

describe('a WAV file', () => {
  it('may have chunks of odd length, which are padded, before its samples', () => {
    const text = (letters: string) => [...new TextEncoder().encode(letters)];
    const odd = [...text('LIST'), 1, 0, 0, 0, 7, 0];
    const data = [...text('data'), 2, 0, 0, 0, 0, 192];
    const file = new Uint8Array([...text('RIFF____WAVE'), ...odd, ...data]);
    expect([...samplesOf(file.buffer)]).toEqual([-1, 0.5]);
  });
});

describe('the spoken captcha', () => {
  let voices: readonly Voice[] = [];
  beforeAll(async () => {
    voices = await loadVoices(createWorld().env.ASSETS, 'en');
  });

  it('has its clips read once in an isolate', async () => {
    let reads = 0;
    const { ASSETS } = createWorld().env;
    const counted = { fetch: (url: string) => ((reads += 1), ASSETS.fetch(url)) };
    const assets = counted as unknown as Fetcher;
    for (let i = 0; i < 2; i++) expect(await loadVoices(assets, 'en')).toHaveLength(3);
    expect(reads).toBe(3);
  });

  it.each(['zh', 'en'] as const)(
    'has three voices of ten clips that are heard: %s',
    async (language) => {
      const spoken = await loadVoices(createWorld().env.ASSETS, language);
      expect(spoken.map((voice) => voice.length)).toEqual([10, 10, 10]);
      for (const clip of spoken.flat()) {
        expect(clip.length).toBeGreaterThan(0.15 * SAMPLE_RATE);
        expect(Math.max(...clip.map(Math.abs))).toBeGreaterThan(0.4);
      }
    },
  );

  it('is a WAV file of four to eleven seconds, never the same twice', () => {
    const lengths = [1, 2, 3, 4, 5].map((seed) => {
      const file = speakDigits('012345', voices, seeded(seed));
      const view = new DataView(file.buffer);
      expect(new TextDecoder().decode(file.subarray(0, 4))).toBe('RIFF');
      expect(view.getUint32(4, true)).toBe(file.length - 8);
      expect(view.getUint32(40, true)).toBe(file.length - 44);
      expect(file.length % 2).toBe(0); // or the chunk is to be padded
      return file.length / SAMPLE_RATE;
    });
    expect(new Set(lengths).size).toBe(5);
    expect(Math.min(...lengths)).toBeGreaterThan(4);
    expect(Math.max(...lengths)).toBeLessThan(11);
  });

  it('speaks louder than what is behind the words', () => {
    const quiet = speakDigits('', voices, seeded(1));
    const spoken = speakDigits('777777', voices, seeded(1));
    const loudness = (file: Uint8Array) =>
      file.subarray(44).reduce((sum, byte) => sum + (byte - 128) ** 2, 0) / (file.length - 44);
    expect(loudness(spoken)).toBeGreaterThan(10 * loudness(quiet));
  });
});
