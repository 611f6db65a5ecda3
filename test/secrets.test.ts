import { describe, expect, it, vi } from 'vitest';
import { keyedDigest } from '../src/lib/crypto.ts';
import { setUp } from '../src/setup.ts';
import { createWorld, MOBILE, OTHER, PASSWORD, sessionIn, type World } from './support/world.ts';

describe('secrets', () => {
  it('reach no log line and no answer, whatever goes wrong (I9)', async () => {
    const world = createWorld();
    const secrets = [PASSWORD, world.env.SECRET_KEY, world.env.PASSWORD_PEPPER];
    const replies: unknown[] = [];
    for (const [operation, failure] of [
      ['kv.put', 'before'],
      ['kv.get', 'nonsense'],
      ['d1', 'after'],
      ['d1', 'before'],
      ['d1', 'hang'],
    ] as const) {
      world.stores.forget();
      for (const at of [1, 2, 3, 4, 5, 6, 7, 8]) world.stores.fail(operation, failure, at * 2);
      const captcha = await world.captcha().catch(() => ({ id: 'lost', text: 'no such captcha' }));
      replies.push(await world.askCode(MOBILE, captcha));
      const code = world.messages.at(-1)?.code ?? '000000';
      secrets.push(code, captcha.text);
      replies.push(await world.register(MOBILE, code));
      replies.push(await world.logIn(MOBILE, PASSWORD));
      world.advance(61_000);
    }
    world.stores.forget();
    const loggedIn = await world.logIn(MOBILE, PASSWORD);
    secrets.push(...loggedIn.headers.getSetCookie().map((cookie) => cookie.slice(8, 51)));
    const log = world.lines.filter((line) => !line.startsWith('dev '));
    expect(log.length).toBeGreaterThan(20);
    expect(
      [...secrets, MOBILE].filter((secret) => log.some((line) => hasWord(line, secret))),
    ).toEqual([]);
    const answered = JSON.stringify(replies);
    expect(secrets.filter((secret) => hasWord(answered, secret))).toEqual([]);
  });

  it('are logged in no other shape than one JSON line an event, the mobile masked', async () => {
    const world = createWorld();
    await world.signUp();
    for (const line of world.lines.filter((text) => !text.startsWith('dev '))) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(String),
        event: expect.any(String),
        request_id: expect.any(String),
      });
    }
    expect(world.events('answer').at(-1)).toMatchObject({
      route: 'POST /api/v1.0/users',
      reason: 'ok',
      errno: '0',
      mobile: '138****8000',
      ms: expect.any(Number),
    });
  });

  it('come from secure randomness alone', async () => {
    const world = createWorld();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const texts = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (id) => (await world.captcha(id)).text),
    );
    expect(new Set(texts).size).toBeGreaterThan(1);
    expect(await world.signUp()).not.toBe(await world.signUp(OTHER));
  });

  it('have a key of their own for each use', async () => {
    const { env } = createWorld();
    const setup = await setUp(env, () => ({ ok: true, value: [] }));
    if (!setup.ok) throw new Error('not set up');
    const { captchaKeys, sms, tryKey } = setup.value;
    const keys = [captchaKeys[0], sms.keys[0], tryKey];
    expect(new Set(await Promise.all(keys.map((key) => keyedDigest(key, 'x')))).size).toBe(3);
  });

  it('are not stored in the clear', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const code = await world.code();
    await world.logIn(MOBILE, 'x');
    const session = sessionIn(await world.register(MOBILE, code));
    const names = await world.rows("select name from sqlite_master where type = 'table'");
    const tables = names
      .map(({ name }) => String(name))
      .filter((name) => !/^(_|sqlite_)/.test(name));
    expect(tables).toContain('security_events');
    const rows = await Promise.all(tables.map((table) => world.rows(`select * from ${table}`)));
    const keys = (await world.kv.list()).keys.map(({ name }) => name);
    const held = await Promise.all(keys.map((key) => world.kv.get(key)));
    const everything = JSON.stringify([rows, keys, held]);
    for (const secret of [PASSWORD, code, session, captcha.text])
      expect(hasWord(everything, secret)).toBe(false);
    const withMobile = tables.filter((_, index) => JSON.stringify(rows[index]).includes(MOBILE));
    expect(withMobile.toSorted()).toEqual(['sms_issues', 'users']);
    expect(JSON.stringify([keys, held])).not.toContain(MOBILE);
  });
});

describe('a digest', () => {
  const put = (world: World, key: string, value: string | null) =>
    world.kv.put(key, value ?? '', { expirationTtl: 300 });

  it('of a code is worth nothing under another issue', async () => {
    const world = createWorld();
    const code = await world.code(MOBILE);
    await world.code(OTHER);
    const issues = await world.rows('select issue_id as id, mobile from sms_issues');
    const keyOf = (mobile: string) =>
      `sms:${String(issues.find((issue) => issue['mobile'] === mobile)?.['id'])}`;
    await put(world, keyOf(OTHER), await world.kv.get(keyOf(MOBILE)));
    expect((await world.register(OTHER, code)).errno).toBe('4004');
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it('of a captcha is worth nothing with another drawing', async () => {
    const world = createWorld();
    const [one, other] = [await world.captcha(), await world.captcha()];
    const held = async ({ id }: { id: string }): Promise<{ digest: string }> =>
      JSON.parse((await world.kv.get(`captcha:${id}`)) ?? '');
    const mixed = { ...(await held(other)), digest: (await held(one)).digest };
    await put(world, `captcha:${other.id}`, JSON.stringify(mixed));
    expect((await world.askCode(MOBILE, { ...other, text: one.text })).errno).toBe('4004');
    expect((await world.askCode(MOBILE, one)).errno).toBe('0');
  });
});

/** Whether the text holds the word and not merely a longer run of characters that contains it. */
function hasWord(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[^\w]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9_-])${escaped}(?![A-Za-z0-9_-])`).test(text);
}
