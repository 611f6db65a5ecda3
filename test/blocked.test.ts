import { describe, expect, it } from 'vitest';
import { leave, resetPassword } from './support/account.ts';
import { createWorld, MOBILE, OTHER, PASSWORD, type Reply, type World } from './support/world.ts';

const BLOCKED = { status: 200, errno: '4104', errmsg: '用户不存在或未激活' };
/** What `npm run users -- block` does. */
const block = async (world: World, mobile = MOBILE) => {
  await world.db.prepare('insert into blocked_mobiles values (?, 0)').bind(mobile).run();
};
const unblock = (world: World) => world.db.prepare('delete from blocked_mobiles').run();

describe('a blocked mobile', () => {
  it.each(['signup', 'login', 'reset'])('gets no code for %s', async (purpose) => {
    const world = createWorld();
    await block(world);
    const ask = async (mobile: string) =>
      world.askCode(mobile, { ...(await world.captcha()), purpose });
    expect(await ask(MOBILE)).toMatchObject(BLOCKED);
    expect(world.messages).toHaveLength(0);
    expect(await ask(OTHER)).not.toMatchObject(BLOCKED);
  });

  it('gets none when it has an account either, not even to leave', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await block(world);
    for (const purpose of ['signup', 'login', 'reset', 'delete']) {
      const captcha = { ...(await world.captcha()), purpose };
      expect(await world.askCode(MOBILE, captcha, { session })).toMatchObject(BLOCKED);
    }
  });

  it('cannot use a code that it had before', async () => {
    const world = createWorld();
    const code = await world.code();
    await block(world);
    expect(await world.register(MOBILE, code)).toMatchObject(BLOCKED);
    await unblock(world);
    expect((await world.register(MOBILE, code)).errno).toBe('0');
    const uses = {
      login: (_: string, late: string) => world.logInByCode(MOBILE, late),
      reset: (_: string, late: string) => resetPassword(world, late, PASSWORD),
      delete: (cookie: string, late: string) => leave(world, cookie, { sms_code: late }),
    };
    for (const [purpose, use] of Object.entries(uses)) {
      world.advance(60_000);
      const session = await world.logIn(MOBILE, PASSWORD);
      const cookie = /session=([^;]*)/.exec(session.headers.get('Set-Cookie') ?? '')?.[1] ?? '';
      const late = await world.code(MOBILE, purpose, { session: cookie });
      await block(world);
      expect(await use(cookie, late)).toMatchObject(BLOCKED);
      await unblock(world);
    }
  });

  it('is told so at log-in with the right password, and with a wrong one what anybody is told', async () => {
    const world = createWorld({ ERROR_STATUS: 'semantic' });
    await world.signUp();
    await block(world);
    expect(await world.logIn(MOBILE, PASSWORD)).toMatchObject({ ...BLOCKED, status: 403 });
    expect(await world.logIn(MOBILE, 'x')).toMatchObject({ status: 401, errno: '4004' });
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1 }]);
    await unblock(world);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  const starts: Record<string, (world: World, code: string) => Promise<Reply>> = {
    signup: (world, code) => world.register(MOBILE, code),
    login: (world, code) => world.logInByCode(MOBILE, code),
    reset: (world, code) => resetPassword(world, code),
    password: (world) => world.logIn(MOBILE, PASSWORD),
  };
  it.each(Object.entries(starts))(
    'that is blocked between the check and the act starts no session (%s)',
    async (purpose, start) => {
      const world = createWorld();
      if (purpose !== 'signup') await world.signUp();
      world.advance(60_000);
      const code = purpose === 'password' ? '' : await world.code(MOBILE, purpose);
      await world.db.prepare('delete from sessions').run();
      world.stores.forget();
      world.stores.meanwhile(2, () => block(world));
      expect(await start(world, code)).toMatchObject(BLOCKED);
      expect(await world.rows('select * from sessions')).toEqual([]);
    },
  );
});
