import { describe, expect, it } from 'vitest';
import { createWorld, MOBILE } from './support/world.ts';

describe('GET /imagecode/:id', () => {
  it('answers an SVG picture that no cache keeps', async () => {
    const world = createWorld();
    const response = await world.fetch('/imagecode/9f1c-A_z');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.text()).toMatch(/^<svg [^]*<\/svg>$/);
  });

  it.each(['%20', 'a.b', 'a'.repeat(65), '%00', 'a%0A', 'ä', 'a%2Fb'])(
    'refuses the id %j',
    async (id) => {
      const world = createWorld();
      expect(await world.call(`/imagecode/${id}`)).toMatchObject({
        status: 200,
        errno: '4103',
        errmsg: '参数错误',
      });
      expect(world.stores.counts['kv.put']).toBe(0);
    },
  );

  it('shows four characters that nobody takes for another', async () => {
    expect((await createWorld().captcha()).text).toMatch(/^[2369AELMSX]{4}$/);
  });

  it('takes an id of 64 characters', async () => {
    expect((await createWorld().fetch(`/imagecode/${'a'.repeat(64)}`)).status).toBe(200);
  });

  it('holds neither the text nor anything that the text can be computed from without the key', async () => {
    const world = createWorld();
    const { id, text } = await world.captcha();
    const held = (await world.kv.get(`captcha:${id}`)) ?? '';
    expect(Object.keys(JSON.parse(held) as object)).toEqual(['draw_id', 'digest', 'expires_at']);
    expect(held.toLowerCase()).not.toContain(`"${text.toLowerCase()}"`);
  });

  it('shows the text on the development line to a local host only', async () => {
    const world = createWorld();
    await world.fetch('http://signup.example.com/api/v1.0/imagecode/abc');
    expect(world.lines.some((line) => line.startsWith('dev captcha'))).toBe(false);
    const production = createWorld({ ENVIRONMENT: 'production', SMS_PROVIDERS: 'webhook' });
    await production.fetch('/imagecode/abc');
    expect(production.lines.some((line) => line.startsWith('dev captcha'))).toBe(false);
  });
});

describe('a captcha', () => {
  it('is compared without case', async () => {
    const world = createWorld();
    const { id, text } = await world.captcha();
    expect((await world.askCode(MOBILE, { id, text: text.toLowerCase() })).errno).toBe('0');
  });

  it('is expired after 300 s and not before', async () => {
    const world = createWorld();
    const first = await world.captcha();
    world.advance(300_000 - 1);
    expect((await world.askCode(MOBILE, first)).errno).toBe('0');
    const second = await world.captcha();
    world.advance(300_000);
    expect(await world.askCode('13900139000', second)).toMatchObject({
      errno: '4002',
      errmsg: '图片验证码已过期',
    });
  });

  it('is replaced by a redraw under the same id, also after it was spent', async () => {
    const world = createWorld();
    const { id } = await world.captcha('page');
    expect((await world.askCode(MOBILE, { id, text: '!' })).errno).toBe('4004');
    const again = await world.captcha('page');
    expect((await world.askCode(MOBILE, again)).errno).toBe('0');
  });

  it('is still good under the previous secret key after a rotation', async () => {
    const old = createWorld();
    const captcha = await old.captcha();
    const rotated = createWorld({
      SECRET_KEY: btoa('x'.repeat(32)),
      SECRET_KEY_PREVIOUS: old.env.SECRET_KEY,
    });
    expect((await rotated.askCode(MOBILE, captcha)).errno).toBe('0');
    const captcha2 = await old.captcha();
    const forgotten = createWorld({ SECRET_KEY: btoa('x'.repeat(32)) });
    expect((await forgotten.askCode('13900139000', captcha2)).errno).toBe('4004');
  });
});
