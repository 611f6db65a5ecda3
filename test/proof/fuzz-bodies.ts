/** Texts and bodies that no page sends. */
import fc from 'fast-check';

export const MOBILE = '13800138000';
/** Look-alikes, controls, separators, markup, and what databases and shells take for their own. */
const ODD = [
  '１３８００１３８０００',
  '١٣٨٠٠١٣٨٠٠٠',
  `${MOBILE}\n`,
  ` ${MOBILE}`,
  `${MOBILE},13900139000`,
  `+86${MOBILE}`,
  '1380013800Ο',
  '\u0000',
  '\u202e',
  '\ud800',
  '\ufeff',
  '<script>alert(1)</script>',
  "' or 1=1 --",
  '${7*7}',
  '../../etc/passwd',
  'a'.repeat(2000),
  '💩'.repeat(200),
  '__proto__',
  'constructor',
  'null',
];

export const text = fc.oneof(
  fc.constantFrom(...ODD, MOBILE, '123456', 'correct horse battery', ''),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);

const value: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(MOBILE, '13900139000', '000000', 'correct horse battery'),
  },
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      [],
      {},
      [MOBILE],
      { $gt: '' },
      1e21,
      -1,
      0,
      0.5,
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const form = fc.record(
  {
    mobile: value,
    sms_code: value,
    password: value,
    old_password: value,
    name: value,
    ['__proto__']: value,
  },
  { requiredKeys: [] },
);
const deep = fc
  .integer({ min: 100, max: 8000 })
  .map((depth) => `{"mobile":${'['.repeat(depth)}${']'.repeat(depth)}}`);
const twice = fc
  .tuple(text, text)
  .map(
    ([a, b]) =>
      `{"mobile":${JSON.stringify(a)},"mobile":${JSON.stringify(b)},"password":"x","sms_code":"1"}`,
  );
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => new Uint8Array(array));
const utf16 = form.map((fields) => {
  const units = Uint16Array.from(`\ufeff${JSON.stringify(fields)}`, (c) => c.charCodeAt(0));
  return new Uint8Array(units.buffer);
});
export const body: fc.Arbitrary<string | Uint8Array<ArrayBuffer>> = fc.oneof(
  { weight: 6, arbitrary: form.map((fields) => JSON.stringify(fields)) },
  { weight: 1, arbitrary: fc.oneof(deep, twice, fc.json(), text) },
  { weight: 1, arbitrary: fc.oneof(bytes, utf16) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{',
      '{}',
      '[]',
      'null',
      '"x"',
      '\ufeff{}',
      '{"a":1}x',
      'a'.repeat(20_000),
    ),
  },
);
