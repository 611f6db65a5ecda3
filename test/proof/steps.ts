/**
 * What people do, as data that fast-check can make and shrink. A step names people and things by small numbers;
 * what they stand for follows from what those people know by then.
 */
import fc from 'fast-check';
import { type Fate, FATES, type Forecast } from './trip.ts';

/** What is done with a session or a password. */
const ACCOUNT = [
  'login',
  'logout',
  'look',
  'read',
  'rename',
  'end-one',
  'end-others',
  'change-password',
  'leave',
] as const;
/** What is done with a code, and the purpose of it. */
export const ERRANDS = {
  register: 'signup',
  'login-by-code': 'login',
  reset: 'reset',
  'leave-by-code': 'delete',
} as const;
type ByCode = keyof typeof ERRANDS;
const BY_CODE: readonly ByCode[] = ['register', 'login-by-code', 'reset', 'leave-by-code'];

export interface Wish {
  what: 'draw' | 'ask' | (typeof ACCOUNT)[number] | ByCode;
  /** What the code is for that is asked for. */
  errand: ByCode;
  who: number;
  page: number;
  /** How the secret is chosen: mostly the right one. */
  secret: 'right' | 'older' | 'foreign' | 'wrong' | 'nonsense';
  password: number;
  cookie: number;
  location: number;
  forecast: Forecast;
  gapMs: number;
}

export type Step =
  | { kind: 'one'; wish: Wish }
  | { kind: 'together'; wishes: Wish[] }
  | { kind: 'crowd'; who: number; wishes: Wish[] }
  | { kind: 'way'; who: number; location: number; until: 'asked' | 'done'; wish: Wish }
  | { kind: 'home'; who: number; wish: Wish }
  | { kind: 'block'; who: number; lifted: boolean }
  | { kind: 'wait'; milliseconds: number }
  | { kind: 'sweep' };

const fate = fc.constantFrom<Fate>(...FATES);
const fault = (fates: fc.Arbitrary<Fate>) =>
  fc.record({ at: fc.integer({ min: 1, max: 7 }), fate: fates });
const vendor = fc.oneof(
  { weight: 6, arbitrary: fc.constant('sent' as const) },
  { weight: 1, arbitrary: fc.constantFrom('refused' as const, 'unknown' as const) },
);
const stormy: fc.Arbitrary<Forecast> = fc.record(
  {
    faults: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Forecast['faults']>([]) },
      { weight: 3, arbitrary: fc.array(fault(fate), { minLength: 1, maxLength: 3 }) },
    ),
    vendor,
    hangUpAt: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) },
    ),
  },
  { requiredKeys: ['faults', 'vendor', 'hangUpAt'] },
);
/** Side by side nobody is silent: the deadlines of the others would pass too. */
const windy: fc.Arbitrary<Forecast> = fc.record({
  faults: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Forecast['faults']>([]) },
    {
      weight: 1,
      arbitrary: fc.array(fault(fc.constantFrom('before', 'after', 'nonsense')), { maxLength: 2 }),
    },
  ),
  vendor,
});

const wishes = (forecast: fc.Arbitrary<Forecast>) => ({
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Wish['what']>('draw', 'ask', 'register') },
    { weight: 3, arbitrary: fc.constantFrom<Wish['what']>(...ACCOUNT, ...BY_CODE) },
  ),
  errand: fc.oneof(
    { weight: 3, arbitrary: fc.constant<ByCode>('register') },
    { weight: 2, arbitrary: fc.constantFrom(...BY_CODE) },
  ),
  who: fc.nat({ max: 5 }),
  page: fc.nat({ max: 2 }),
  secret: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Wish['secret']>('right') },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Wish['secret']>('older', 'foreign', 'wrong', 'nonsense'),
    },
  ),
  password: fc.nat({ max: 1 }),
  cookie: fc.nat({ max: 5 }),
  location: fc.nat({ max: 2 }),
  forecast,
  gapMs: fc.constantFrom(0, 0, 1, 700),
});
const wish = (forecast: fc.Arbitrary<Forecast>): fc.Arbitrary<Wish> => fc.record(wishes(forecast));

export const SECOND = 1000;
const waits = [1, 500, SECOND, 59 * SECOND, 60 * SECOND, 61 * SECOND, 299 * SECOND, 300 * SECOND];
const longWaits = [600, 3600, 12 * 3600 + 1, 24 * 3600, 26 * 3600].map(
  (seconds) => seconds * SECOND,
);

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('one'), wish: wish(stormy) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('way'),
      who: fc.nat({ max: 5 }),
      location: fc.nat({ max: 2 }),
      until: fc.constantFrom('asked', 'done', 'done'),
      wish: wish(stormy),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('home'),
      who: fc.nat({ max: 2 }),
      wish: fc.record({ ...wishes(stormy), what: fc.constantFrom<Wish['what']>(...ACCOUNT) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('together'),
      wishes: fc.array(wish(windy), { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crowd'),
      who: fc.nat({ max: 5 }),
      wishes: fc.array(wish(windy), { minLength: 2, maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait'),
      milliseconds: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...waits) },
        { weight: 1, arbitrary: fc.constantFrom(...longWaits) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('block'),
      who: fc.nat({ max: 5 }),
      lifted: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
);
