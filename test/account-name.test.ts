import { describe, expect, it, vi } from 'vitest';
import { changeName } from './support/account.ts';
import type { Failure } from './support/stores.ts';
import { createWorld, MOBILE, OTHER } from './support/world.ts';

const INVALID = { status: 200, errno: '4103', errmsg: '昵称格式错误' };
const LOGGED_OUT = { status: 200, errno: '4101', errmsg: '用户未登录' };

describe('PUT /user/name', () => {
  it.each([
    [{}, '参数错误'],
    [{ nom: 'x' }, '参数缺失'],
    [{ name: '' }, '参数缺失'],
    [{ name: 1 }, '参数错误'],
    [{ name: null }, '参数错误'],
  ])('refuses the body %j', async (body, errmsg) => {
    const world = createWorld();
    const reply = await world.call('/user/name', { method: 'PUT', body, session: 'x' });
    expect(reply).toMatchObject({ errno: '4103', errmsg });
    expect(world.stores.counts.d1).toBe(0);
  });

  it.each([
    ' ',
    '\u200b',
    '\u3164',
    '\u115f\u3164',
    '\u2800',
    `Z${'\u0301'.repeat(31)}`,
    `Z${`${'\u0301'.repeat(4)}\u200d`.repeat(6)}`,
    '\u3164\u200f',
    'a'.repeat(33),
    'a\u0000b',
    'a\nb',
    'a\u2028b',
    'abc\u202etxt',
    'a\u2066b',
    '\ud800',
    '<b>',
    'a & b',
    '"a"',
    "O'Neill",
  ])('refuses %j, which is no name', async (name) => {
    const world = createWorld();
    expect(await changeName(world, 'x', name)).toMatchObject(INVALID);
    expect(world.stores.counts.d1).toBe(0);
  });

  it('refuses kilobytes without normalizing them, which takes long', async () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const name = '\u1e9b\u0323'.repeat(2000);
    expect(await changeName(createWorld(), 'x', name)).toMatchObject(INVALID);
    expect(normalize).not.toHaveBeenCalled();
  });

  it.each([
    OTHER,
    '１３９００１３９０００',
    '①③⑨⓪⓪①③⑨⓪⓪⓪',
    '139 0013 9000',
    '139-0013-9000',
    '+86 13900139000',
    '008613900139000',
    '013900139000',
    '086 13900139000',
    '+86 (0)139 0013 9000',
    '0086 0139 0013 9000',
    '139〇〇139〇〇〇',
    '一三九零零一三九零零零',
    '壹叁玖零零壹叁玖零零零',
    '壹參玖零零壹參玖零零零',
    '壱参玖零零壱参玖零零零',
    '弌弎玖零零弌弎玖零零零',
    '〡〣〩〇〇〡〣〩〇〇〇',
    '幺三勾洞洞幺三勾洞洞洞',
    '幺三九两两一三九零零零',
    '么三九兩兩一三九零零零',
    '❶❸❾⓿⓿❶❸❾⓿⓿⓿',
    '➊➌➒🄌🄌➊➌➒🄌🄌🄌',
    '➀➂➈🄋🄋➀➂➈🄋🄋🄋',
    '⓵⓷⓽⓪⓪⓵⓷⓽⓪⓪⓪',
    '139\u200b00139000',
    '139\u034f00139000',
    '139\ufe0f00139000',
    '139\u17b400139000',
    '139_0013_9000',
    '139·0013/9000',
    '١٣٩٠٠١٣٩٠٠٠',
    '१३९००१३९०००',
  ])('refuses %j, which reads as the mobile of somebody else', async (name) => {
    const world = createWorld();
    const session = await world.signUp();
    expect(await changeName(world, session, name)).toMatchObject(INVALID);
  });

  it.each([
    ['  小明  ', '小明'],
    ['e\u0301t\u00e9', '\u00e9t\u00e9'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['𠮷'.repeat(32), '𠮷'.repeat(32)],
    [` ${'\u1f82'.normalize('NFD').repeat(32)}${' '.repeat(1000)}`, '\u1f82'.repeat(32)],
    [MOBILE, MOBILE],
    ['1390013900', '1390013900'],
    ['นี่ที่', 'นี่ที่'],
    ['٢٠٢٦', '٢٠٢٦'],
    ['a; -- \\ `', 'a; -- \\ `'],
  ])('stores %j as %j', async (name, stored) => {
    const world = createWorld();
    const session = await world.signUp();
    expect(await changeName(world, session, name)).toMatchObject({
      errno: '0',
      data: { name: stored },
    });
    expect((await world.call('/session', { session })).data).toEqual({ name: stored });
    expect((await world.call('/user', { session })).data).toMatchObject({ name: stored });
  });

  it('lets two users have one name, and changes nobody else', async () => {
    const world = createWorld();
    const [first, second] = [await world.signUp(), await world.signUp(OTHER)];
    await changeName(world, first, '小明');
    expect((await world.call('/session', { session: second })).data).toEqual({ name: OTHER });
    expect((await changeName(world, second, '小明')).errno).toBe('0');
  });

  it.each(['', 'x', 'A'.repeat(43)])('is for nobody with the cookie %j', async (session) => {
    expect(await changeName(createWorld(), session, '小明')).toMatchObject(LOGGED_OUT);
  });

  it.each<Failure>(['before', 'after', 'hang', 'nonsense'])(
    '(%s) says which store failed, and a retry converges',
    async (failure) => {
      const world = createWorld();
      const session = await world.signUp();
      for (const [at, errmsg] of [
        [1, '数据库查询错误'],
        [2, '保存用户信息异常'],
      ] as const) {
        world.stores.forget();
        world.stores.fail('d1', failure, at);
        world.stores.fail('d1', failure, at + 1);
        expect(await changeName(world, session, '小明')).toMatchObject({ errno: '4001', errmsg });
      }
      world.stores.forget();
      world.stores.fail('d1', 'after', 2);
      expect((await changeName(world, session, '小红')).errno).toBe('0');
      expect((await world.call('/session', { session })).data).toEqual({ name: '小红' });
    },
  );
});
