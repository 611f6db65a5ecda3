/**
 * A captcha: four characters to see or six digits to hear under the page's id, held in KV as a keyed digest for five minutes. Each drawing has
 * an id of its own, and that is what gets spent, so a redraw is a new thing. Checking spends nothing: see claims.
 */
import * as z from 'zod/mini';
import { CAPTCHA_LENGTH, CAPTCHA_LIFETIME_S, SECOND_MS, SPOKEN_CAPTCHA_LENGTH } from '../config.ts';
import { askKv, type Ledger } from '../db/ledger.ts';
import { digestMatches, keyedDigest, randomId } from '../lib/crypto.ts';
import type { Drawing } from './claims.ts';
import type { Voice } from './clips.ts';
import { CAPTCHA_ALPHABET, drawCaptcha } from './draw.ts';
import { cryptoRandom, randomText } from './random.ts';
import { speakDigits } from './speak.ts';

/** What a page may name its captcha. The id is no secret. */
export const CAPTCHA_ID = /^[A-Za-z0-9_-]{1,64}$/;

const record = z.object({ draw_id: z.string(), digest: z.string(), expires_at: z.number() });

/** When it is asked, and whose time it takes. */
type Asker = Pick<Ledger, 'now' | 'timings'>;

/** Draws a new text under `id`, replacing whatever was there. Throws a Fault when it cannot be stored. */
export async function issueCaptcha(
  asker: Asker,
  kv: KVNamespace,
  key: CryptoKey,
  id: string,
): Promise<{ text: string; svg: string }> {
  const random = cryptoRandom();
  const text = randomText(random, CAPTCHA_ALPHABET, CAPTCHA_LENGTH);
  await hold(asker, kv, key, { id, text });
  return { text, svg: drawCaptcha(text, random) };
}

/** Speaks six new digits under `id`, replacing whatever was there. Throws a Fault when they cannot be stored. */
export async function issueSpokenCaptcha(
  asker: Asker,
  kv: KVNamespace,
  key: CryptoKey,
  voices: readonly Voice[],
  id: string,
): Promise<{ text: string; wav: Uint8Array<ArrayBuffer> }> {
  const random = cryptoRandom();
  const text = randomText(random, '0123456789', SPOKEN_CAPTCHA_LENGTH);
  await hold(asker, kv, key, { id, text });
  return { text, wav: speakDigits(text, voices, random) };
}

async function hold(
  asker: Asker,
  kv: KVNamespace,
  key: CryptoKey,
  { id, text }: { id: string; text: string },
): Promise<void> {
  const drawId = randomId();
  const held: z.infer<typeof record> = {
    draw_id: drawId,
    digest: await keyedDigest(key, 'captcha', drawId, fold(text)),
    expires_at: asker.now + CAPTCHA_LIFETIME_S * SECOND_MS,
  };
  await askKv(asker, 'captcha_unsaved', () =>
    kv.put(keyOf(id), JSON.stringify(held), { expirationTtl: CAPTCHA_LIFETIME_S }),
  );
}

/** Whether `text` is what was drawn last under `id`, without case. Throws a Fault when KV cannot say. */
export async function checkCaptcha(
  asker: Asker,
  kv: KVNamespace,
  keys: readonly CryptoKey[],
  { id, text }: { id: string; text: string },
): Promise<{ verdict: 'absent' } | { verdict: 'right' | 'wrong'; drawing: Drawing }> {
  if (!CAPTCHA_ID.test(id)) return { verdict: 'absent' };
  const held = await askKv(asker, 'captcha_unreadable', async () => {
    const found = await kv.get(keyOf(id));
    return found === null ? null : record.parse(JSON.parse(found));
  });
  if (held === null || held.expires_at <= asker.now) return { verdict: 'absent' };
  const drawing = { drawId: held.draw_id, expiresAt: held.expires_at };
  const right = await digestMatches(keys, held.digest, 'captcha', held.draw_id, fold(text));
  return { verdict: right ? 'right' : 'wrong', drawing };
}

const keyOf = (id: string) => `captcha:${id}`;
const fold = (text: string) => text.toLowerCase();
