/**
 * Passwords at rest: PBKDF2-HMAC-SHA-256 (NIST SP 800-132, OWASP: 600,000 iterations) over the NFKC form, then an
 * HMAC under a pepper that no database holds. Stored as one self-describing string:
 *
 *     pbkdf2-sha256$i=600000$k=<pepper id>$<salt>$<digest>      salt and digest base64url
 *
 * The platform refuses more than 100,000 iterations in one call, so they are done in rounds: each round is keyed
 * with the output of the one before (the first with the password) and salted with the salt and its own number.
 *
 * Hashes of the older service are `werkzeug-pbkdf2-sha256$…` likewise: one round over the raw password, the salt as
 * it is. They are behind the policy whatever their iterations, so the first log-in replaces them.
 */
import { PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS } from '../config.ts';
import {
  bytesOf,
  constantTimeEqual,
  deriveHmacKey,
  fromBase64,
  hmac,
  sha256,
  toBase64Url,
} from '../lib/crypto.ts';
import { isFarTooLong } from '../lib/text.ts';
import { giveTurn } from '../lib/turn.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** Cloudflare's cap on one deriveBits call. Local workerd does not enforce it. */
export const ITERATIONS_PER_CALL = 100_000;
const SALT_BYTES = 16;
const DIGEST_BITS = 256;

const NATIVE = 'pbkdf2-sha256';
export const WERKZEUG = 'werkzeug-pbkdf2-sha256';
/** Stored for a user whose old hash cannot be checked here: no password is right. */
export const NEEDS_RESET = 'reset';
/** SQL's `like`: the stored strings that are on a pepper, or on the one with this id. */
export const onPepper = (id?: string) => (id === undefined ? '%$k=%' : `%$k=${id}$%`);

export interface Pepper {
  /** Public name of the pepper, stored with each hash so that it can be rotated. */
  id: string;
  key: CryptoKey;
}

export interface PasswordPolicy {
  iterations: number;
  /** The current pepper first, then one that is still accepted. */
  peppers: readonly [current: Pepper, ...previous: Pepper[]];
}

/** A pepper's id is a short digest of it: public, and the same wherever it is configured. */
export async function pepperOf(secret: Uint8Array<ArrayBuffer>): Promise<Pepper> {
  const id = (await sha256(`edge-signup/pepper-id/${toBase64Url(secret)}`)).slice(0, 8);
  return { id, key: await deriveHmacKey(secret, 'password-pepper') };
}

/** Why a password may not be chosen, or null (OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.9). */
export function passwordProblem(password: string): 'password_length' | 'password_common' | null {
  if (isFarTooLong(password, PASSWORD_MAX_CHARACTERS)) return 'password_length';
  const normalized = password.normalize('NFKC');
  const characters = Array.from(normalized).length;
  if (characters < PASSWORD_MIN_CHARACTERS || characters > PASSWORD_MAX_CHARACTERS) {
    return 'password_length';
  }
  return isSimple(normalized) ? 'password_common' : null;
}

/**
 * NULs at the end add nothing: HMAC fills its key up with them (RFC 2104), so the password opens without them as well. Nor do lone
 * surrogates, or U+FFFD, which bytes that are not UTF-8 were read as: each of them is hashed as U+FFFD (WHATWG Encoding), so the
 * password opens with any others.
 */
function isSimple(normalized: string): boolean {
  const bare = normalized.replace(/\0+$|\p{Surrogate}|\uFFFD/gu, '');
  return (
    Array.from(bare).length < PASSWORD_MIN_CHARACTERS || commonPasswords().has(bare.toLowerCase())
  );
}

/** The string to store. Some 100 ms of CPU at 600,000 iterations. */
export async function hashPassword(policy: PasswordPolicy, password: string): Promise<string> {
  const [pepper] = policy.peppers;
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const digest = await hmac(pepper.key, await derive(password, salt, policy.iterations));
  return [
    NATIVE,
    `i=${policy.iterations}`,
    `k=${pepper.id}`,
    toBase64Url(salt),
    toBase64Url(digest),
  ].join('$');
}

/**
 * Whether the password is the stored one, and whether its hash is behind the policy. `stored` is null for an
 * unknown user: the work is the same, whatever the hash, so that time tells nothing. Throws on a string that is not
 * one of ours, or whose pepper is gone.
 */
export async function verifyPassword(
  policy: PasswordPolicy,
  password: string,
  stored: string | null,
): Promise<{ right: boolean; outdated: boolean }> {
  const known = stored !== null && stored !== NEEDS_RESET;
  const hash = parse(known ? stored : decoy(policy));
  const isNative = hash.scheme === NATIVE;
  const pepper = policy.peppers.find(({ id }) => id === hash.pepperId);
  if (pepper === undefined) throw new Error('the pepper of a stored password is not configured');
  const derived = isNative
    ? await derive(password, hash.salt, hash.iterations)
    : await deriveOnce(bytesOf(password), hash.salt, hash.iterations);
  const right = constantTimeEqual(await hmac(pepper.key, derived), hash.digest);
  if (hash.iterations < policy.iterations) {
    await derive(password, hash.salt, policy.iterations - hash.iterations); // an old hash is no faster
  }
  const isBehind = !isNative || hash.iterations < policy.iterations;
  const outdated = isBehind || pepper !== policy.peppers[0];
  return { right: right && known, outdated };
}

/** workerd derives in one go: between the rounds others have their turn, or some log-ins at once pass everybody's deadlines. */
async function derive(password: string, salt: Uint8Array, iterations: number) {
  // One that is far too long was never chosen, and is wrong in any form.
  const isChoosable = !isFarTooLong(password, PASSWORD_MAX_CHARACTERS);
  let secret = bytesOf(isChoosable ? password.normalize('NFKC') : password);
  for (let round = 0; round * ITERATIONS_PER_CALL < iterations; round++) {
    if (round > 0) await giveTurn();
    const count = Math.min(ITERATIONS_PER_CALL, iterations - round * ITERATIONS_PER_CALL);
    const roundSalt = Uint8Array.of(...salt, round);
    secret = await deriveOnce(secret, roundSalt, count);
  }
  return secret;
}

/** PBKDF2 itself, with no more iterations than one call may do. */
async function deriveOnce(
  secret: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
) {
  const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, DIGEST_BITS));
}

function parse(stored: string) {
  const match = /^((?:werkzeug-)?pbkdf2-sha256)\$i=([0-9]+)\$k=([\w-]+)\$([\w-]+)\$([\w-]+)$/.exec(
    stored,
  );
  if (match === null) throw new Error('a stored password is malformed');
  const [, scheme, iterations = '', pepperId = '', salt = '', digest = ''] = match;
  return {
    scheme,
    iterations: Number(iterations),
    pepperId,
    salt: fromBase64(salt),
    digest: fromBase64(digest),
  };
}

/** A hash that no password has: its digest is too short. */
function decoy({ iterations, peppers: [pepper] }: PasswordPolicy): string {
  const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  return `${NATIVE}$i=${iterations}$k=${pepper.id}$${salt}$AA`;
}

let common: ReadonlySet<string> | undefined;
function commonPasswords(): ReadonlySet<string> {
  common ??= new Set(COMMON_PASSWORDS.trim().split(/\s+/));
  return common;
}
