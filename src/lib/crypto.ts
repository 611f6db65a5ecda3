/**
 * Web Crypto in the few shapes this service needs: random ids, keyed digests, derived keys.
 * Bytes travel as `Uint8Array<ArrayBuffer>`, text as UTF-8, ids and digests as unpadded base64url.
 */
type Bytes = Uint8Array<ArrayBuffer>;

/** The current key first, then one that is still accepted. */
export type KeyRing = readonly [current: CryptoKey, ...previous: CryptoKey[]];

const utf8 = new TextEncoder();

/** UTF-8 bytes of a text. A lone surrogate becomes U+FFFD. */
export const bytesOf = (text: string): Bytes => new Uint8Array(utf8.encode(text));

/** Padded base64 (RFC 4648, section 4). */
export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Unpadded base64url (RFC 4648, section 5). */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** The bytes of a base64 or base64url text; throws on anything else. */
export function fromBase64(text: string): Bytes {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
}

/** An id that cannot be guessed: `bits` of randomness (128 by default). */
export function randomId(bits = 128): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bits / 8)));
}

/** An id of 32 hexadecimal digits (a version 4 UUID without hyphens: 122 random bits), for who takes letters and digits alone. */
export const plainId = () => crypto.randomUUID().replaceAll('-', '');

/** A code of six decimal digits, uniform over 000000–999999. */
export function randomCode(): string {
  const space = 1_000_000;
  const unbiased = Math.floor(2 ** 32 / space) * space; // values above it would favour small codes
  for (;;) {
    const value = crypto.getRandomValues(new Uint32Array(1))[0] ?? unbiased;
    if (value < unbiased) return String(value % space).padStart(6, '0');
  }
}

/** SHA-256 of a text, base64url. For values that are random already, such as session tokens. */
export async function sha256(text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text))));
}

/** An HMAC-SHA-256 key of its own for one use, derived by HKDF (RFC 5869) from a master key of 32 bytes. */
export async function deriveHmacKey(master: Bytes, use: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytesOf(`edge-signup/${use}`) },
    base,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  );
}

/** HMAC-SHA-256, 32 bytes. */
export async function hmac(key: CryptoKey, message: string | Bytes): Promise<Bytes> {
  const bytes = typeof message === 'string' ? bytesOf(message) : message;
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
}

/** HMAC-SHA-256 over `parts` joined by `|`, base64url. Every part but the last must be free of `|`. */
export async function keyedDigest(key: CryptoKey, ...parts: string[]): Promise<string> {
  return toBase64Url(await hmac(key, parts.join('|')));
}

/** Whether a stored digest was made of `parts` under one of `keys` (the current one, then the previous). */
export async function digestMatches(
  keys: readonly CryptoKey[],
  stored: string,
  ...parts: string[]
): Promise<boolean> {
  for (const key of keys) {
    if (constantTimeEqual(bytesOf(await keyedDigest(key, ...parts)), bytesOf(stored))) return true;
  }
  return false;
}

/** Compares in constant time. `timingSafeEqual` throws on unequal lengths, and a length is no secret here. */
export function constantTimeEqual(a: Bytes, b: Bytes): boolean {
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b);
}
