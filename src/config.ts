/**
 * Policy and settings. Policy is fixed here, the unit in each name and the reason beside it; settings are the
 * variables and secrets of the README, parsed once. A setting that is missing or malformed stops the whole API.
 */
import * as z from 'zod/mini';
import { fromBase64 } from './lib/crypto.ts';
import { type OutputOf, refuse } from './lib/schema.ts';
import { type Checked, readVariables } from './lib/variables.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Long enough to read four characters, short for a service that has people solve them. */
export const CAPTCHA_LIFETIME_S = 300;
export const CAPTCHA_LENGTH = 4;
/** More of them, since a machine hears digits better than it sees letters. */
export const SPOKEN_CAPTCHA_LENGTH = 6;

/** NIST SP 800-63B-4, 3.1.3.3 allows ten minutes for an out-of-band code; texts promise five. */
export const SMS_CODE_LIFETIME_S = 300;
/** Five guesses at six digits: one in 200,000 (NIST SP 800-63B-4, 3.2.2 allows 100). */
export const SMS_CODE_TRIES = 5;
/** The page counts down 60 s. */
export const SMS_COOLDOWN_MS = MINUTE_MS;
/** The vendors' own limits for verification codes (Alibaba, Tencent): beyond them a send is refused anyway. */
export const SMS_PER_HOUR = 5;
export const SMS_PER_DAY = 10;
/** Refused and unknown sends do not hold the cooldown; this stops a loop on a failing vendor. */
export const SMS_FAILURES_PER_HOUR = 3;
/**
 * SMS are counted in slots: the unit of `sms_volume.slot`, so another needs a migration. No code lives longer, on which
 * the brake counts.
 */
export const SMS_VOLUME_SLOT_MS = 5 * MINUTE_MS;
/** The window of the budget. The slot that has begun comes on top, so no period of 24 hours exceeds it. */
export const SMS_BUDGET_WINDOW_MS = DAY_MS;
/** Sign-up, which anybody can ask for, leaves one SMS in five of the budget to people who have an account. */
export const SMS_KEPT_ONE_IN = 5;
export const SMS_BRAKE_WINDOW_MS = HOUR_MS;
/** The share of sign-up codes that the brake lets through, at random: without it, it could not see people come back. */
export const SMS_BRAKE_TRICKLE = 0.1;

/** OWASP ASVS 5.0, 6.2.1 and 6.2.9: at least 8 characters, at least 64 allowed. */
export const PASSWORD_MIN_CHARACTERS = 8;
export const PASSWORD_MAX_CHARACTERS = 128;

/** Failed log-ins for one mobile from one address, then a pause of this length. */
export const LOGIN_TRIES = 5;
export const LOGIN_PAUSE_MS = 10 * MINUTE_MS;
/** The same for one mobile from everywhere (NIST SP 800-63B-4, 3.2.2: at most 100). */
export const LOGIN_TRIES_ANYWHERE = 100;
export const LOGIN_PAUSE_ANYWHERE_MS = DAY_MS;

/** Without use. As the old service had it; prolonged once half of it has passed. */
export const SESSION_LIFETIME_S = 86_400;
/** However much it is used (NIST SP 800-63B-4, 2.1.3: no more than 30 days). */
export const SESSION_ABSOLUTE_LIFETIME_S = 30 * 86_400;
export const USER_AGENT_CHARACTERS = 256;
export const NAME_MAX_CHARACTERS = 32;

/**
 * Long enough to look into what happened; the list shows the latest of them, the export all. What costs nobody an SMS can be done
 * again and again: so each log-in by password and each change forgets some of those beyond the latest.
 */
export const EVENT_LIFETIME_MS = 180 * DAY_MS;
export const EVENTS_KEPT = 10_000;
export const EVENTS_SHOWN = 1000;
/** An isolate has 128 MB, and D1 answers nobody else meanwhile: these are some 3 MB. */
export const ROWS_EXPORTED = 10_000;
/**
 * More devices than anybody has. A log-in by password costs nobody an SMS, and whatever asks for the sessions of an account looks at
 * them all: so it ends those beyond the latest, some at a time. (Codes add ten a day.)
 */
export const SESSIONS_KEPT = 1000;
/** Of sessions or events beyond those that are kept, so many go with a request: it must not wait for a heap of them. */
export const SURPLUS_AT_ONCE = 100;

/** A store that has not answered by then is taken as failed: a person waits, and the client's patience is some 10 s. */
export const STORE_TIMEOUT_MS = 3000;
/** After a failed read of KV it is worth trying again at once; a miss is cached for this long (KV's own figure). */
export const KV_RETRY_MS = SECOND_MS;
export const KV_STALE_MS = MINUTE_MS;
/** A registration body is some 300 bytes; 128 characters of two escaped UTF-16 units each are 1.5 KB. */
export const BODY_LIMIT_BYTES = 16 * 1024;
/** What is read of a body before it is given up on; its sender is to hear that it is too large. */
export const BODY_READ_BYTES = 4 * 1024 * 1024;

/** What wrangler.toml must bind. */
export const BINDINGS = ['KV', 'DB', 'DRAW_LIMIT', 'ACT_LIMIT', 'READ_LIMIT', 'ASSETS'] as const;

// Schemas of settings are built when they are read: a worker starts without them.

const key = () =>
  z
    .pipe(
      z.string('is missing'),
      z.transform((text, context) => {
        try {
          return fromBase64(text);
        } catch {
          return refuse(context, 'must be base64');
        }
      }),
    )
    .check(z.refine((bytes) => bytes.byteLength === 32, 'must be base64 of 32 bytes'));

const wholeNumber = (fallback: number, min: number, max: number) => {
  const digits = z.string().check(z.regex(/^[0-9]{1,10}$/, 'must be a whole number'));
  const number = z.pipe(digits, z.transform(Number));
  const range = `must be from ${min} to ${max}`;
  const within = z.int().check(z.minimum(min, range), z.maximum(max, range));
  return z.prefault(z.pipe(number, within), String(fallback));
};

/** A number from 0 to 1, such as 0.2. */
const share = () =>
  z.pipe(
    z.string().check(z.regex(/^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$/, 'must be a number from 0 to 1')),
    z.transform(Number),
  );

const origins = () =>
  z.pipe(
    z.string(),
    z.transform((list, context) => {
      const entries = list.split(',').map((entry) => entry.trim());
      const named = entries.filter((entry) => entry !== '');
      return named.every(isOrigin)
        ? named
        : refuse(context, 'must be a comma list of origins, such as https://www.example.com');
    }),
  );

const PROVIDERS = ['console', 'yuntongxun', 'aliyun', 'tencent', 'twilio', 'webhook'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const listed = () =>
  z.pipe(
    z.string('must name at least one provider'),
    z.transform((list) => list.split(',').map((name) => name.trim())),
  );
const providers = () =>
  z
    .pipe(listed(), z.array(z.enum(PROVIDERS, `must be of ${PROVIDERS.join(', ')}`)))
    .check(z.refine((names) => new Set(names).size === names.length, 'names a provider twice'));

/** As in an address bar: no scheme, no port, no path. */
const hostname = () =>
  z
    .string()
    .check(
      z.regex(
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,9}$/,
        'must be a bare hostname, such as www.example.com',
      ),
    );

/** A choice whose first is taken when nothing is said. */
const choice = <const Choice extends string>(choices: readonly [Choice, ...Choice[]]) =>
  z.prefault(z.enum(choices, `must be ${choices.join(' or ')}`), choices[0]);

/** The schema of every setting but the vendors' own. */
export const settings = () =>
  z
    .object({
      ENVIRONMENT: choice(['production', 'development']),
      ERROR_STATUS: choice(['200', 'semantic']),
      ALLOWED_ORIGINS: z.prefault(origins(), ''),
      SIGNUP: choice(['on', 'off']),
      SECRET_KEY: key(),
      SECRET_KEY_PREVIOUS: z.optional(key()),
      PASSWORD_PEPPER: key(),
      PASSWORD_PEPPER_PREVIOUS: z.optional(key()),
      PASSWORD_ITERATIONS: wholeNumber(600_000, 1000, 10_000_000),
      SMS_PROVIDERS: providers(),
      SMS_TIMEOUT_MS: wholeNumber(5000, 1, 30_000),
      // After a hang-up Cloudflare gives a request 30 s (waitUntil), and the stores around the vendors may take half of them.
      SMS_TOTAL_TIMEOUT_MS: wholeNumber(8000, 1, 15_000),
      SMS_AFTER_TIMEOUT: choice(['next', 'stop']),
      SMS_DAILY_BUDGET: wholeNumber(10_000, 0, 1_000_000_000),
      SMS_BRAKE: choice(['record', 'enforce', 'off']),
      SMS_BRAKE_FLOOR: wholeNumber(200, 1, 1_000_000_000),
      SMS_BRAKE_RATIO: z.prefault(share(), '0.2'),
      WEBOTP_HOST: z.optional(hostname()),
      HEALTH_TOKEN: z.optional(
        z
          .string()
          .check(z.regex(/^[!-~]{16,}$/, 'must be 16 characters or more of ASCII without spaces')),
      ),
    })
    .check(
      z.refine((s) => s.ENVIRONMENT !== 'production' || !s.SMS_PROVIDERS.includes('console'), {
        path: ['SMS_PROVIDERS'],
        error: 'console is for development only',
      }),
    );

export type Config = OutputOf<typeof settings>;

/** Reads the settings out of the worker's environment. */
export const readConfig = (env: object): Checked<Config> => readVariables(settings(), env);

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
