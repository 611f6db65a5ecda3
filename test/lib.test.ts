import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressPrefix, isLoopback, isLoopbackHost } from '../src/lib/address.ts';
import {
  digestMatches,
  deriveHmacKey,
  fromBase64,
  keyedDigest,
  randomCode,
  toBase64Url,
} from '../src/lib/crypto.ts';
import { describeError } from '../src/lib/log.ts';
import { maskMobile, MOBILE } from '../src/lib/mobile.ts';

describe('an address prefix', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['nonsense', 'nonsense'],
  ])('of %s is %s', (address, prefix) => expect(addressPrefix(address)).toBe(prefix));

  it('is one for every way to write an address of the same /64', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const groups = fc.tuple(group, group, group, group, group, group, group, group);
    fc.assert(
      fc.property(groups, (numbers) => {
        const plain = numbers.map((number) => number.toString(16));
        const padded = numbers.map((number) => number.toString(16).padStart(4, '0').toUpperCase());
        expect(addressPrefix(padded.join(':'))).toBe(addressPrefix(plain.join(':')));
      }),
    );
  });
});

describe('loopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('is %s', (address) =>
    expect(isLoopback(address)).toBe(true),
  );
  it.each(['', '128.0.0.1', '127.0.0.1.evil.example', '1127.0.0.1', '::2'])(
    'is not %j',
    (address) => expect(isLoopback(address)).toBe(false),
  );
  it('hosts are localhost and loopback addresses', () => {
    expect(['localhost', '127.0.0.1', '[::1]'].every(isLoopbackHost)).toBe(true);
    expect(['localhost.evil.example', 'example.com'].some(isLoopbackHost)).toBe(false);
  });
});

describe('a code', () => {
  it('is six digits, and every first digit turns up', () => {
    const codes = Array.from({ length: 2000 }, randomCode);
    expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true);
    expect(new Set(codes.map((code) => code[0])).size).toBe(10);
    expect(new Set(codes).size).toBeGreaterThan(1900);
  });
});

describe('a keyed digest', () => {
  it('matches its own parts under its own key only', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((byte) => deriveHmacKey(new Uint8Array(32).fill(byte), 'x')),
    );
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const digest = await keyedDigest(a, 'signup', 'issue', '123456');
    expect(await digestMatches([a], digest, 'signup', 'issue', '123456')).toBe(true);
    expect(await digestMatches([b, a], digest, 'signup', 'issue', '123456')).toBe(true);
    expect(await digestMatches([b], digest, 'signup', 'issue', '123456')).toBe(false);
    expect(await digestMatches([a], digest, 'login', 'issue', '123456')).toBe(false);
    expect(await digestMatches([a], digest, 'signup', 'other', '123456')).toBe(false);
    expect(await digestMatches([a], '', 'signup', 'issue', '123456')).toBe(false);
  });

  it('has one key for each use', async () => {
    const master = new Uint8Array(32).fill(1);
    const [captcha, sms] = [
      await deriveHmacKey(master, 'captcha'),
      await deriveHmacKey(master, 'sms-code'),
    ];
    expect(await keyedDigest(captcha, 'x')).not.toBe(await keyedDigest(sms, 'x'));
  });
});

describe('base64url', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toMatch(/^[\w-]*$/);
        expect(Array.from(fromBase64(text))).toEqual(Array.from(bytes));
      }),
    );
  });
});

describe('a mobile', () => {
  it('is matched whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        expect(MOBILE.test(`${before}13800138000${after}`)).toBe(before === '' && after === '');
      }),
    );
  });
  it('is logged masked', () => expect(maskMobile('13812348000')).toBe('138****8000'));
});

describe('what is said of an error', () => {
  it('is the innermost cause, its first line, and never the parameters of a query or a parsed text', () => {
    const inner = new Error('D1_ERROR: no such table: users');
    const query = new Error('Failed query: select 1\nparams: 13800138000,secret', { cause: inner });
    expect(describeError(query)).toBe('Error: D1_ERROR: no such table: users');
    expect(describeError(new Error('Failed query: select 1\nparams: secret'))).not.toContain(
      'secret',
    );
    expect(describeError(new SyntaxError('Unexpected token s in JSON "secret"'))).toBe(
      'SyntaxError',
    );
    expect(describeError('secret')).toBe('string');
  });
});
