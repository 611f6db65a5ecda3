/** What modules of the worker name that Node's types do not: they are checked here too, because scripts import them. */
import type { webcrypto } from 'node:crypto';

declare global {
  type CryptoKey = webcrypto.CryptoKey;
}

declare module 'node:crypto' {
  namespace webcrypto {
    interface SubtleCrypto {
      /** Of Workers alone: no script calls it. */
      timingSafeEqual(a: ArrayBufferView, b: ArrayBufferView): boolean;
    }
  }
}
