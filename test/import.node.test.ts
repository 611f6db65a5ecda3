import { beforeAll, describe, expect, it } from 'vitest';
import { csvLine, parseCsv } from '../scripts/csv.ts';
import { importRow, type OldUser } from '../scripts/import-row.ts';
import { type Pepper, pepperOf } from '../src/users/password.ts';

const DIGEST = '26c358eef60daada8c384cbc932ebcbcedb9ae5af72af108e08bfa43b999207a';
const OLD: OldUser = {
  mobile: '13800138000',
  name: '小明',
  password_hash: `pbkdf2:sha256:50000$AbCd1234$${DIGEST}`,
  avatar: 'avatars/1.png',
  create_time: '2019-03-01 08:30:00',
};
const fieldsOf = (text: string) => [...parseCsv(text)].map(({ fields }) => fields);

describe('CSV', () => {
  it.each([
    ['', []],
    ['a,b', [['a', 'b']]],
    ['a,b\n', [['a', 'b']]],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a,', [['a', '']]],
    ['\n\na\n\n', [['a']]],
    ['"a,b","c""d","e\nf"', [['a,b', 'c"d', 'e\nf']]],
    ['"",""\n', [['', '']]],
  ])('%j is %j', (text, rows) => {
    expect(fieldsOf(text)).toEqual(rows);
  });

  it('says on which line a row begins', () => {
    expect([...parseCsv('a\n"b\nc"\nd\n')].map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it('says where a quote is not closed', () => {
    expect(() => fieldsOf('a\n"b\n')).toThrow('line 2');
    expect(() => fieldsOf('a"b,"c"d')).toThrow('line 1');
    expect(() => fieldsOf(`a\n"b\n${'c,d\n'.repeat(1_000_000)}`)).toThrow('line 2');
  });

  it('reads back what it wrote', () => {
    const fields = ['a', 'b,c', 'd"e', 'f\ng', ''];
    expect(fieldsOf(csvLine(fields))).toEqual([fields]);
  });
});

describe('a row of the older service', () => {
  let pepper: Pepper;
  beforeAll(async () => {
    pepper = await pepperOf(new Uint8Array(32));
  });
  const imported = (more: Partial<OldUser>) => importRow(pepper, { ...OLD, ...more });

  it('becomes a user', async () => {
    expect(await imported({})).toEqual({
      mobile: '13800138000',
      name: '小明',
      passwordHash: expect.stringMatching(/^werkzeug-pbkdf2-sha256\$i=50000\$k=/),
      avatarUrl: 'avatars/1.png',
      createdAt: Date.UTC(2019, 2, 1, 0, 30, 0),
      renamed: false,
      needsReset: false,
    });
  });

  it.each<[Partial<OldUser>, string]>([
    [{ mobile: '13800138000\n' }, 'mobile'],
    [{ mobile: '' }, 'mobile'],
    [{ password_hash: '' }, 'password_hash'],
    [{ password_hash: 'sha1$a$b' }, 'password_hash'],
    [{ create_time: '' }, 'create_time'],
    [{ create_time: '2019-02-30 00:00:00' }, 'create_time'],
    [{ create_time: '1551400000' }, 'create_time'],
  ])('with %j is refused', async (more, column) => {
    expect(await imported(more)).toMatch(new RegExp(`^${column} `));
  });

  it.each(['<b>', '13900139000', ' ', 'a'.repeat(33)])(
    'whose name is %j is named by its mobile',
    async (name) => {
      expect(await imported({ name })).toMatchObject({ name: '13800138000', renamed: true });
    },
  );

  it('without a name, or named by its own mobile, is not renamed', async () => {
    for (const name of ['', '13800138000']) {
      expect(await imported({ name })).toMatchObject({ name: '13800138000', renamed: false });
    }
  });

  it.each(['javascript:alert(1)', 'data:image/png;base64,x', '"><script>', 'x'.repeat(600)])(
    'loses the avatar %j',
    async (avatar) => {
      expect(await imported({ avatar })).toMatchObject({ avatarUrl: '' });
    },
  );

  it('whose hash is above the cap needs a reset', async () => {
    const password_hash = OLD.password_hash.replace('50000', '150000');
    expect(await imported({ password_hash })).toMatchObject({
      passwordHash: 'reset',
      needsReset: true,
    });
  });

  it('takes microseconds and a T in its time', async () => {
    const reply = await imported({ create_time: '2019-03-01T08:30:00.123456' });
    expect(reply).toMatchObject({ createdAt: Date.UTC(2019, 2, 1, 0, 30, 0) });
  });
});
