/** Password hashes of the older service (Werkzeug), brought under the pepper without knowing the passwords. */
import { bytesOf, hmac, toBase64Url } from '../src/lib/crypto.ts';
import { ITERATIONS_PER_CALL, NEEDS_RESET, type Pepper, WERKZEUG } from '../src/users/password.ts';

const HASH = /^pbkdf2:sha256:([1-9][0-9]{0,8})\$([\x21-\x23\x25-\x7e]{1,64})\$([0-9a-f]{64})$/;

/**
 * The string to store for `pbkdf2:sha256:<iterations>$<salt>$<hex>`; `NEEDS_RESET` when it has more iterations than
 * one call may do, since these cannot be chained; null for anything else.
 */
export async function importHash(pepper: Pepper, hash: string): Promise<string | null> {
  const match = HASH.exec(hash);
  if (match === null) return null;
  const [, iterations = '', salt = '', hex = ''] = match;
  if (Number(iterations) > ITERATIONS_PER_CALL) return NEEDS_RESET;
  const derived = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const digest = toBase64Url(await hmac(pepper.key, derived));
  return [WERKZEUG, `i=${iterations}`, `k=${pepper.id}`, toBase64Url(bytesOf(salt)), digest].join(
    '$',
  );
}
