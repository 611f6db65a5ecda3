import { describe, expect, it, vi } from 'vitest';
import { setUp } from '../src/setup.ts';
import { hashPassword, type PasswordPolicy, verifyPassword } from '../src/users/password.ts';
import { createWorld, keyOf, MOBILE, PASSWORD } from './support/world.ts';

const policyOf = async (vars: Record<string, string> = {}): Promise<PasswordPolicy> => {
  const checked = await setUp(createWorld(vars).env, () => ({ ok: true, value: [] }));
  if (!checked.ok) throw new Error(checked.problems.join());
  return checked.value.passwords;
};
const stored = async (world: ReturnType<typeof createWorld>) =>
  (await world.rows('select password_hash from users'))[0]?.['password_hash'] as string;

describe('a stored password', () => {
  it('says how it was made, and never what it was', async () => {
    const policy = await policyOf();
    const hash = await hashPassword(policy, PASSWORD);
    expect(hash).toMatch(/^pbkdf2-sha256\$i=1000\$k=[\w-]{8}\$[\w-]{22}\$[\w-]{43}$/);
    expect(await hashPassword(policy, PASSWORD)).not.toBe(hash);
    expect(await verifyPassword(policy, PASSWORD, hash)).toEqual({ right: true, outdated: false });
    expect(await verifyPassword(policy, `${PASSWORD} `, hash)).toEqual({
      right: false,
      outdated: false,
    });
  });

  it('costs 600,000 iterations by default, in calls that production allows', async () => {
    const world = createWorld({ PASSWORD_ITERATIONS: undefined });
    await world.signUp();
    expect(await stored(world)).toContain('$i=600000$');
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
    expect(world.derivations()).toEqual(Array<number>(12).fill(100_000));
  });

  it('lets others have their turn between its rounds', async () => {
    const policy = await policyOf({ PASSWORD_ITERATIONS: '200000' });
    const order: string[] = [];
    const other = scheduler.wait(0).then(() => order.push('other'));
    const hash = hashPassword(policy, PASSWORD).then(() => order.push('hash'));
    await Promise.all([other, hash]);
    expect(order).toEqual(['other', 'hash']);
  });

  it('is compared with kilobytes without normalizing them, which takes long', async () => {
    const world = createWorld();
    await world.signUp();
    const normalize = vi.spyOn(String.prototype, 'normalize');
    expect((await world.logIn(MOBILE, '\u1e9b\u0323'.repeat(2000))).errno).toBe('4004');
    expect(normalize).not.toHaveBeenCalled();
  });

  it('is chained: a second round is keyed by the first and salted by its number', async () => {
    const policy = await policyOf({ PASSWORD_ITERATIONS: '150000' });
    const hash = await hashPassword(policy, 'pass phrase');
    const salt = Uint8Array.from(
      atob((hash.split('$')[3] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
      (c) => c.charCodeAt(0),
    );
    const round = async (secret: Uint8Array<ArrayBuffer>, number: number, count: number) => {
      const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
      const algorithm = {
        name: 'PBKDF2',
        hash: 'SHA-256',
        salt: new Uint8Array([...salt, number]),
        iterations: count,
      };
      return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
    };
    const first = await round(new Uint8Array(new TextEncoder().encode('pass phrase')), 0, 100_000);
    const second = await round(first, 1, 50_000);
    const mac = await crypto.subtle.sign('HMAC', policy.peppers[0].key, second);
    const digest = btoa(String.fromCharCode(...new Uint8Array(mac)));
    expect(hash.split('$')[4]).toBe(
      digest.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    );
  });

  it('cannot be verified without its pepper', async () => {
    const hash = await hashPassword(await policyOf(), PASSWORD);
    const stranger = await policyOf({ PASSWORD_PEPPER: keyOf(9) });
    await expect(verifyPassword(stranger, PASSWORD, hash)).rejects.toThrow('pepper');
  });

  it.each(['', 'plain', 'pbkdf2-sha256$i=x$k=a$b$c', 'pbkdf2:sha256:50000$salt$hash'])(
    'that is nonsense (%j) is a fault, not a wrong password',
    async (hash) => {
      await expect(verifyPassword(await policyOf(), PASSWORD, hash)).rejects.toThrow('malformed');
      const world = createWorld();
      await world.signUp();
      await world.db.prepare('update users set password_hash = ?').bind(hash).run();
      for (let repeat = 0; repeat < 6; repeat++) {
        expect(await world.logIn(MOBILE, PASSWORD)).toMatchObject({
          errno: '4001',
          errmsg: '查询用户信息异常',
        });
      }
    },
  );
});

describe('when the policy rises', () => {
  it('a log-in rehashes, and the old hash costs as much as a new one', async () => {
    const old = createWorld();
    await old.signUp();
    const before = await stored(old);
    const world = createWorld({ PASSWORD_ITERATIONS: '2000' });
    await world.logIn(MOBILE, 'wrong one');
    expect(world.derivations().slice(-2)).toEqual([1000, 1000]);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
    const after = await stored(world);
    expect(after).toContain('$i=2000$');
    expect(after).not.toBe(before);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
    expect(await stored(world)).toBe(after);
  });

  it('a new pepper takes over at log-in while the previous one is still accepted', async () => {
    const old = createWorld();
    await old.signUp();
    const vars = { PASSWORD_PEPPER: keyOf(7), PASSWORD_PEPPER_PREVIOUS: keyOf(2) };
    expect((await createWorld(vars).logIn(MOBILE, PASSWORD)).errno).toBe('0');
    const alone = createWorld({ PASSWORD_PEPPER: keyOf(7) });
    expect((await alone.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });
});
