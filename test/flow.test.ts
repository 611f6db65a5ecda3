import { describe, expect, it } from 'vitest';
import { createWorld, MOBILE, PASSWORD, sessionIn } from './support/world.ts';

describe('the whole way', () => {
  it('leads from a captcha to a session', async () => {
    const world = createWorld();
    const code = await world.code(MOBILE);
    const registered = await world.register(MOBILE, code);
    expect(registered).toMatchObject({ status: 200, errno: '0', errmsg: 'OK' });
    expect(registered.data).toEqual({
      user_id: 1,
      name: MOBILE,
      mobile: MOBILE,
      avatar: '',
      create_time: '2026-11-22 16:00:00',
    });
    const session = sessionIn(registered);
    expect(await world.call('/session', { session })).toMatchObject({
      errno: '0',
      errmsg: 'true',
      data: { name: MOBILE },
    });
    expect((await world.call('/user', { session })).data).toEqual(registered.data);
    expect(await world.call('/session', { method: 'DELETE', session })).toMatchObject({
      errno: '0',
      errmsg: 'OK',
    });
    expect(await world.call('/session', { session })).toMatchObject({
      errno: '4101',
      errmsg: 'false',
    });
    const loggedIn = await world.logIn(MOBILE, PASSWORD);
    expect(loggedIn).toMatchObject({ errno: '0', errmsg: 'OK', data: { user_id: 1 } });
    expect((await world.call('/session', { session: sessionIn(loggedIn) })).errno).toBe('0');
  });
});
