/** What vendors' signatures are made of. Text is UTF-8. */
import { bytesOf, hmac } from '../lib/crypto.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 in lower-case hex. */
export async function sha256Hex(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text))));
}

/** HMAC-SHA-256 under a key that the vendor gave. */
export async function hmacUnder(key: string | Bytes, message: string): Promise<Bytes> {
  const bytes = typeof key === 'string' ? bytesOf(key) : key;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return hmac(await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']), message);
}

/** RFC 3986: everything but letters, digits and `-._~` is encoded; `encodeURIComponent` leaves `!'()*` as well. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `k=v&…` in the order given. */
export function formEncode(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}
