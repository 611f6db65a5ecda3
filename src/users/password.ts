/**
 * Passwords at rest: PBKDF2-HMAC-SHA-256 (NIST SP 800-132, OWASP: 600,000 iterations) over the NFKC form, then an
 * HMAC under a pepper that no database holds. Stored as one self-describing string:
 *
 *     pbkdf2-sha256$i=600000$k=<pepper id>$<salt>$<digest>      salt and digest base64url
 *
 * The platform refuses more than 100,000 iterations in one call, so they are done in rounds: each round is keyed
 * with the output of the one before (the first with the password) and salted with the salt and its own number.
 */
import { PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS } from '../config.ts';
import { bytesOf, constantTimeEqual, fromBase64, hmac, toBase64Url } from '../lib/crypto.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** Cloudflare's cap on one deriveBits call. Local workerd does not enforce it. */
const ITERATIONS_PER_CALL = 100_000;
const SALT_BYTES = 16;
const DIGEST_BITS = 256;

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

/** Why a password may not be chosen, or null (OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.9). */
export function passwordProblem(password: string): 'password_length' | 'password_common' | null {
  const normalized = password.normalize('NFKC');
  const characters = Array.from(normalized).length;
  if (characters < PASSWORD_MIN_CHARACTERS || characters > PASSWORD_MAX_CHARACTERS) {
    return 'password_length';
  }
  return commonPasswords().has(normalized.toLowerCase()) ? 'password_common' : null;
}

/** The string to store. Some 100 ms of CPU at 600,000 iterations. */
export async function hashPassword(policy: PasswordPolicy, password: string): Promise<string> {
  const [pepper] = policy.peppers;
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const digest = await hmac(pepper.key, await derive(password, salt, policy.iterations));
  return [
    'pbkdf2-sha256',
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
  const hash = parse(stored ?? decoy(policy));
  const pepper = policy.peppers.find(({ id }) => id === hash.pepperId);
  if (pepper === undefined) throw new Error('the pepper of a stored password is not configured');
  const derived = await derive(password, hash.salt, hash.iterations);
  const right = constantTimeEqual(await hmac(pepper.key, derived), hash.digest);
  if (hash.iterations < policy.iterations) {
    await derive(password, hash.salt, policy.iterations - hash.iterations); // an old hash is no faster
  }
  const outdated = hash.iterations < policy.iterations || pepper !== policy.peppers[0];
  return { right: right && stored !== null, outdated };
}

async function derive(password: string, salt: Uint8Array, iterations: number) {
  let secret = bytesOf(password.normalize('NFKC'));
  for (let round = 0; round * ITERATIONS_PER_CALL < iterations; round++) {
    const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
    const count = Math.min(ITERATIONS_PER_CALL, iterations - round * ITERATIONS_PER_CALL);
    const roundSalt = Uint8Array.of(...salt, round);
    secret = new Uint8Array(
      await crypto.subtle.deriveBits(
        { name: 'PBKDF2', hash: 'SHA-256', salt: roundSalt, iterations: count },
        key,
        DIGEST_BITS,
      ),
    );
  }
  return secret;
}

function parse(stored: string) {
  const match = /^pbkdf2-sha256\$i=([0-9]+)\$k=([\w-]+)\$([\w-]+)\$([\w-]+)$/.exec(stored);
  if (match === null) throw new Error('a stored password is malformed');
  const [, iterations = '', pepperId = '', salt = '', digest = ''] = match;
  return {
    iterations: Number(iterations),
    pepperId,
    salt: fromBase64(salt),
    digest: fromBase64(digest),
  };
}

/** A hash that no password has: its digest is too short. */
function decoy({ iterations, peppers: [pepper] }: PasswordPolicy): string {
  const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  return `pbkdf2-sha256$i=${iterations}$k=${pepper.id}$${salt}$AA`;
}

let common: ReadonlySet<string> | undefined;
function commonPasswords(): ReadonlySet<string> {
  common ??= new Set(COMMON_PASSWORDS.trim().split(/\s+/));
  return common;
}
