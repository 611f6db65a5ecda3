/** Each store failing, losing its answer, hanging or talking nonsense at each step: what is said, kept and logged. */
import { describe, expect, it } from 'vitest';
import type { Failure, Operation } from './support/stores.ts';
import {
  createWorld,
  MOBILE,
  OTHER,
  PASSWORD,
  type Reply,
  sessionIn,
  type World,
  wrongCode,
} from './support/world.ts';

const FAILURES: Failure[] = ['before', 'after', 'hang', 'nonsense'];
const each = (failures = FAILURES) => failures.map((failure) => [failure] as const);
const expectLogged = (world: World, reason: string) =>
  expect(world.events('fault')).toContainEqual(
    expect.objectContaining({ level: 'error', reason, error: expect.any(String) }),
  );

/** Fails `at` and whatever the worker does to find out what became of it. */
const failAll = (world: World, operation: Operation, failure: Failure, at = 1) => {
  world.stores.fail(operation, failure, at);
  world.stores.fail(operation, failure, at + 1);
};

describe('GET /imagecode when KV fails', () => {
  it.each(each(['before', 'after', 'hang']))(
    '(%s) says that the captcha was not saved',
    async (failure) => {
      const world = createWorld();
      world.stores.fail('kv.put', failure);
      expect(await world.call('/imagecode/a')).toMatchObject({
        errno: '4001',
        errmsg: '保存图片验证码失败',
      });
      expectLogged(world, 'captcha_unsaved');
      expect((await world.fetch('/imagecode/a')).status).toBe(200);
    },
  );
});

describe('GET /smscode', () => {
  it.each(each())(
    '(%s) says that the captcha could not be read, and does not spend it',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      world.stores.fail('kv.get', failure);
      expect(await world.askCode(MOBILE, captcha)).toMatchObject({
        errno: '4001',
        errmsg: '获取图片验证码失败',
      });
      expectLogged(world, 'captcha_unreadable');
      expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
    },
  );

  it.each(['{}', '[]', 'null', '"x"', '{"draw_id":1,"digest":2,"expires_at":"3"}', ''])(
    'says the same of a record that is nonsense: %j',
    async (record) => {
      const world = createWorld();
      await world.kv.put('captcha:a', record);
      expect(await world.askCode(MOBILE, { id: 'a', text: 'x' })).toMatchObject({
        errno: '4001',
        errmsg: '获取图片验证码失败',
      });
    },
  );

  it.each(each())(
    '(%s) never says "differs" when the spending could not be recorded',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      failAll(world, 'd1', failure);
      const reply = await world.askCode(MOBILE, { ...captcha, text: '?' });
      expect(reply).toMatchObject({ errno: '4001', errmsg: '查询数据库异常' });
      expectLogged(world, 'sms_ledger_failed');
    },
  );

  it('does not call a captcha expired when its spending did not happen', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    world.stores.fail('d1', 'before');
    expect((await world.askCode(MOBILE, { ...captcha, text: '?' })).errno).toBe('4001');
    expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
  });

  it('says "differs" when the spending was recorded and only its answer lost', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    world.stores.fail('d1', 'after');
    expect((await world.askCode(MOBILE, { ...captcha, text: '?' })).errno).toBe('4004');
    expect((await world.askCode(MOBILE, captcha)).errno).toBe('4002');
  });

  it.each(each())('(%s) sends nothing when the ledger cannot be asked', async (failure) => {
    const world = createWorld();
    const captcha = await world.captcha();
    failAll(world, 'd1', failure);
    expect(await world.askCode(MOBILE, captcha)).toMatchObject({
      errno: '4001',
      errmsg: '查询数据库异常',
    });
    expect(world.messages).toHaveLength(0);
    expectLogged(world, 'sms_ledger_failed');
  });

  it.each(each(['before', 'hang', 'nonsense']))(
    '(%s) leaves the captcha when the decision did not happen',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      world.stores.fail('d1', failure);
      expect((await world.askCode(MOBILE, captcha)).errno).toBe('4001');
      expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
    },
  );

  it('asks again when the answer of the decision was lost, and goes on', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    world.stores.fail('d1', 'after');
    expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
    expect(world.messages).toHaveLength(1);
    expect(world.events('decision_recalled')).toHaveLength(1);
  });

  it('is not told that a code was sent when its issue is no longer there to be settled', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    world.vendor(async () => {
      await world.db.prepare('delete from sms_issues').run();
      return { outcome: 'sent' };
    });
    expect(await world.askCode(MOBILE, captcha)).toMatchObject({
      errno: '4001',
      errmsg: '保存数据异常',
    });
    expect(world.events('sms_unsettled')).toHaveLength(1);
  });

  it.each(each(['before', 'after', 'hang']))(
    '(%s) frees the slot when the code could not be stored',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      world.stores.fail('kv.put', failure);
      expect(await world.askCode(MOBILE, captcha)).toMatchObject({
        errno: '4001',
        errmsg: '保存数据异常',
      });
      expect(world.messages).toHaveLength(0);
      expect(await world.rows('select outcome from sms_issues')).toEqual([{ outcome: 'unsent' }]);
      expect(await world.rows('select issued from sms_volume')).toEqual([{ issued: 0 }]);
      expect((await world.askCode(MOBILE, captcha)).errno).toBe('4002');
      expect((await world.askCode(MOBILE, await world.captcha())).errno).toBe('0');
    },
  );

  it.each(each(['after', 'before', 'hang']))(
    '(%s) holds nobody up when it cannot be said whether the slot was taken',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      failAll(world, 'd1', failure);
      expect((await world.askCode(MOBILE, captcha)).errno).toBe('4001');
      const opened = failure === 'after';
      expect(await world.rows('select outcome from sms_issues')).toEqual([{ outcome: 'unsent' }]);
      expect(await world.rows('select issued from sms_volume')).toEqual(
        opened ? [{ issued: 0 }] : [],
      );
      expect(world.events('sms_unsettled')).toEqual([]);
      expect((await world.askCode(MOBILE, await world.captcha())).errno).toBe('0');
    },
  );

  it('says that it cannot tell when what the lost batch found in its way is gone by now', async () => {
    const world = createWorld({ SMS_BRAKE: 'enforce' });
    const captcha = await world.captcha();
    const failed = `insert into sms_issues values (?, 'r', ?, 'signup', ?, 0, 0, null, null, 'unknown')`;
    for (const id of ['a', 'b', 'c']) {
      await world.db.prepare(failed).bind(id, MOBILE, world.now()).run();
    }
    world.stores.fail('d1', 'after');
    world.stores.meanwhile(2, () => world.db.prepare('delete from sms_issues').run());
    expect(await world.askCode(MOBILE, captcha)).toMatchObject({
      errno: '4001',
      errmsg: '查询数据库异常',
    });
    expect(await world.rows('select outcome from sms_issues')).toEqual([{ outcome: 'unsent' }]);
  });

  it('counts no failure of our own store towards the caps of the mobile', async () => {
    const world = createWorld();
    for (let times = 0; times < 10; times++) {
      world.stores.fail('kv.put', 'before', 2); // the first one holds the captcha
      expect((await world.askCode(MOBILE, await world.captcha())).errmsg).toBe('保存数据异常');
    }
    expect((await world.askCode(MOBILE, await world.captcha())).errno).toBe('0');
  });

  it.each(each())(
    '(%s) lets a sent code die when its sending cannot be recorded',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      failAll(world, 'd1', failure, 2);
      expect(await world.askCode(MOBILE, captcha)).toMatchObject({
        errno: '4001',
        errmsg: '保存数据异常',
      });
      expect(world.lines.some((line) => line.startsWith('dev sms'))).toBe(false);
      // With both answers lost the worker cannot know that the sending was recorded: then the code lives.
      const errno = failure === 'after' ? '0' : '4002';
      expect((await world.register(MOBILE, world.messages[0]?.code)).errno).toBe(errno);
    },
  );

  it.each(each())('(%s) records the sending at the second attempt', async (failure) => {
    const world = createWorld();
    const captcha = await world.captcha();
    world.stores.fail('d1', failure, 2);
    expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
    expect((await world.register(MOBILE, world.messages[0]?.code)).errno).toBe('0');
  });

  it.each(each())(
    '(%s) gives the vendor’s answer when a refusal cannot be recorded; the code is dead',
    async (failure) => {
      const world = createWorld();
      const captcha = await world.captcha();
      world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
      failAll(world, 'd1', failure, 2);
      expect((await world.askCode(MOBILE, captcha)).errno).toBe('4301');
      expect(world.events('sms_unsettled')).toHaveLength(1);
      expect((await world.register(MOBILE, world.messages[0]?.code)).errno).toBe('4002');
    },
  );

  it('gives a refused SMS back to the budget once, also when it is recorded twice', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
    world.stores.fail('d1', 'after', 2);
    await world.askCode(MOBILE, captcha);
    expect(await world.rows('select issued from sms_volume')).toEqual([{ issued: 0 }]);
  });
});

describe('POST /users', () => {
  const attempts = async (world: World) =>
    (await world.rows('select attempts from sms_issues'))[0]?.['attempts'];

  it.each(each())(
    '(%s) says that the ledger could not be asked, and a retry registers',
    async (failure) => {
      const world = createWorld();
      const code = await world.code();
      failAll(world, 'd1', failure);
      expect(await world.register(MOBILE, code)).toMatchObject({
        errno: '4001',
        errmsg: '查询手机号异常',
      });
      expectLogged(world, 'signup_ledger_failed');
      expect((await world.register(MOBILE, code)).errno).toBe('0');
    },
  );

  it('gives a try back that was taken although nobody could say so', async () => {
    const world = createWorld();
    const code = await world.code();
    for (let repeat = 0; repeat < 6; repeat++) {
      world.stores.forget();
      failAll(world, 'd1', 'after');
      expect((await world.register(MOBILE, code)).errno).toBe('4001');
    }
    expect(await attempts(world)).toBe(0);
  });

  it('goes on when the answer of its try was lost, and another request has taken the fifth', async () => {
    const other = createWorld();
    const world = createWorld();
    const code = await world.code();
    const wrong = wrongCode(code);
    for (let tries = 0; tries < 3; tries++) await world.register(MOBILE, wrong);
    world.stores.fail('d1', 'after');
    world.stores.meanwhile(2, () => other.register(MOBILE, wrong));
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it('gives its try back, and not that of another request', async () => {
    const other = createWorld();
    const world = createWorld();
    const code = await world.code();
    const wrong = wrongCode(code);
    failAll(world, 'd1', 'after');
    world.stores.meanwhile(2, () => other.register(MOBILE, wrong));
    expect((await world.register(MOBILE, code)).errno).toBe('4001');
    expect(await world.rows('select attempts from sms_issues')).toEqual([{ attempts: 1 }]);
  });

  it('goes on when a try was taken and only the answer lost', async () => {
    const world = createWorld();
    const code = await world.code();
    world.stores.fail('d1', 'after');
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it.each(each())('(%s) charges no try when the code cannot be read', async (failure) => {
    const world = createWorld();
    const code = await world.code();
    world.stores.fail('kv.get', failure);
    const reply = await world.register(MOBILE, code);
    expect(reply).toMatchObject({ errno: '4001', errmsg: '获取本地短信验证码失败' });
    expect(Number(reply.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await attempts(world)).toBe(0);
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it('charges no try when KV has lost the code, and asks the user to wait out the cached miss', async () => {
    const world = createWorld();
    const code = await world.code();
    const key = (await world.kv.list({ prefix: 'sms:' })).keys[0]?.name ?? '';
    const record = (await world.kv.get(key)) ?? '';
    await world.kv.delete(key);
    for (let repeat = 0; repeat < 6; repeat++) {
      expect(await world.register(MOBILE, code)).toMatchObject({
        errno: '4001',
        data: { retry_after: 60 },
      });
    }
    expect(world.events('fault')[0]?.['error']).toBe('unexpected shape: all of it invalid_type');
    await world.kv.put(key, record);
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it('leaves the code alive and the try uncharged when hashing fails', async () => {
    const world = createWorld();
    const code = await world.code();
    world.failNextDerivation();
    expect(await world.register(MOBILE, code)).toMatchObject({
      status: 500,
      errno: '4500',
      errmsg: '内部错误',
    });
    expect(world.events('unexpected')).toHaveLength(1);
    expect(await attempts(world)).toBe(0);
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it.each(each(['before', 'hang', 'nonsense']))(
    '(%s) leaves the code alive when the insert fails',
    async (failure) => {
      const world = createWorld();
      const code = await world.code();
      failAll(world, 'd1', failure, 2);
      expect(await world.register(MOBILE, code)).toMatchObject({
        errno: '4001',
        errmsg: '保存用户信息异常',
      });
      expectLogged(world, 'user_unsaved');
      expect(await world.rows('select * from users')).toEqual([]);
      expect(await attempts(world)).toBe(0);
      expect((await world.register(MOBILE, code)).errno).toBe('0');
    },
  );

  it('says 4001 when the insert did not happen, and not that the code is over', async () => {
    const world = createWorld();
    const code = await world.code();
    world.stores.fail('d1', 'before', 2);
    expect((await world.register(MOBILE, code)).errmsg).toBe('保存用户信息异常');
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });

  it('finds out that the insert happened when only its answer was lost', async () => {
    const world = createWorld();
    const code = await world.code();
    world.stores.fail('d1', 'after', 2);
    const reply = await world.register(MOBILE, code);
    expect(reply).toMatchObject({ errno: '0', data: { user_id: 1, mobile: MOBILE } });
    expect((await world.call('/session', { session: sessionIn(reply) })).errno).toBe('0');
  });

  it('converges when it cannot find out: the mobile is registered, and the password logs in', async () => {
    const world = createWorld();
    const code = await world.code();
    failAll(world, 'd1', 'after', 2);
    expect((await world.register(MOBILE, code)).errno).toBe('4001');
    expect((await world.register(MOBILE, code)).errno).toBe('4003');
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('answers by what it knows when even the try cannot be given back', async () => {
    const world = createWorld();
    const code = await world.code();
    world.stores.fail('kv.get', 'before');
    failAll(world, 'd1', 'before', 2);
    expect(await world.register(MOBILE, code)).toMatchObject({
      errno: '4001',
      errmsg: '获取本地短信验证码失败',
    });
    expect(world.events('try_not_returned')).toHaveLength(1);
    world.stores.forget();
    expect((await world.register(MOBILE, code)).errno).toBe('0');
  });
});

describe('sessions', () => {
  it.each(each())('(%s) log-in says 查询用户信息异常, and no failure counts', async (failure) => {
    for (const at of [1, 2]) {
      const world = createWorld();
      await world.signUp(at === 1 ? MOBILE : OTHER);
      const mobile = at === 1 ? MOBILE : OTHER;
      for (let repeat = 0; repeat < 6; repeat++) {
        world.stores.forget();
        failAll(world, 'd1', failure, at);
        const reply = await world.logIn(mobile, PASSWORD);
        expect(reply).toMatchObject({ errno: '4001', errmsg: '查询用户信息异常' });
      }
      world.stores.forget();
      expect((await world.logIn(mobile, PASSWORD)).errno).toBe('0');
    }
  });

  it('a log-in whose session did not start says 4001, and not that the password is wrong', async () => {
    const world = createWorld();
    await world.signUp();
    world.stores.forget();
    world.stores.fail('d1', 'before', 2);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4001');
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('a try that was never reserved gives nobody else’s back', async () => {
    const world = createWorld();
    await world.logIn(MOBILE, 'x');
    failAll(world, 'd1', 'before');
    expect((await world.logIn(MOBILE, 'x')).errno).toBe('4001');
    expect(await world.rows('select count from login_tries')).toEqual([{ count: 1 }, { count: 1 }]);
  });

  it('log-in goes on when the answer of its try was lost, and another one has taken the fifth', async () => {
    const other = createWorld();
    const world = createWorld();
    await world.signUp();
    for (let tries = 0; tries < 3; tries++) await world.logIn(MOBILE, 'x');
    world.stores.fail('d1', 'after');
    world.stores.meanwhile(2, () => other.logIn(MOBILE, 'x'));
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('a log-in gives its own try back, and not that of another one', async () => {
    const other = createWorld();
    const world = createWorld();
    await world.signUp();
    world.stores.forget();
    failAll(world, 'd1', 'after');
    world.stores.meanwhile(2, () => other.logIn(MOBILE, 'x'));
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4001');
    expect(await world.rows('select count from login_tries')).toEqual([{ count: 1 }, { count: 1 }]);
  });

  it('a log-in gives its try back once, also when it has happened and nobody could say so', async () => {
    const world = createWorld();
    await world.signUp();
    const anywhere = () => world.rows('select max(count) as n from login_tries');
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
      await world.logIn(MOBILE, 'x', { headers: { 'CF-Connecting-IP': address } });
    expect(await anywhere()).toEqual([{ n: 3 }]);
    failAll(world, 'd1', 'after', 2);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4001');
    expect(await anywhere()).toEqual([{ n: 3 }]);
  });

  it('log-in goes on when only an answer was lost', async () => {
    for (const at of [1, 2]) {
      const world = createWorld();
      const mobile = at === 1 ? MOBILE : OTHER;
      await world.signUp(mobile);
      world.stores.forget();
      world.stores.fail('d1', 'after', at);
      const reply = await world.logIn(mobile, PASSWORD);
      expect(reply.errno).toBe('0');
      expect((await world.call('/session', { session: sessionIn(reply) })).errno).toBe('0');
    }
  });

  it.each(each())(
    '(%s) GET /session, GET /user and DELETE /session say 数据库查询错误',
    async (failure) => {
      const world = createWorld();
      const session = await world.signUp();
      const failed = { errno: '4001', errmsg: '数据库查询错误' };
      const acts: (() => Promise<Reply>)[] = [
        () => world.call('/session', { session }),
        () => world.call('/user', { session }),
        () => world.call('/session', { session, method: 'DELETE' }),
      ];
      for (const act of acts) {
        world.stores.forget();
        world.stores.fail('d1', failure);
        expect(await act()).toMatchObject(failed);
      }
      expectLogged(world, 'store_failed');
    },
  );
});

describe('a session past half of its life', () => {
  it.each(each(['before', 'after', 'hang', 'nonsense']))(
    '(%s) is good although it cannot be prolonged',
    async (failure) => {
      const world = createWorld();
      const session = await world.signUp();
      world.advance(13 * 3_600_000);
      world.stores.forget();
      world.stores.fail('d1', failure, 2);
      const reply = await world.call('/session', { session });
      expect(reply.errno).toBe('0');
      expect(reply.headers.getSetCookie()).toEqual([]);
      expect(sessionIn(await world.call('/session', { session }))).toBe(session);
    },
  );
});
