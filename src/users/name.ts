/** Names. Pages show them as HTML, so a stored name means nothing there, and passes for nobody else's mobile. */
import { NAME_MAX_CHARACTERS } from '../config.ts';
import { MOBILE } from '../lib/mobile.ts';

/** Controls, what changes the direction of the text around it, halves of characters, and what means something in HTML. */
const FORBIDDEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}<>&"']/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The name to store: NFC, trimmed, 1 to 32 characters; or null for a text that is none. */
export function nameOf(text: string): string | null {
  const name = text.normalize('NFC').trim();
  const fits = Array.from(name).length <= NAME_MAX_CHARACTERS;
  return fits && VISIBLE.test(name) && !FORBIDDEN.test(name) ? name : null;
}

/** Whether the name reads as a mobile that is not one's own, however it is spaced. */
export function isForeignMobile(name: string, own: string): boolean {
  const digits = name
    .normalize('NFKC')
    .replace(/[\s\p{Cf}()+.-]/gu, '')
    .replace(/^(00)?86(?=1)/, '');
  return MOBILE.test(digits) && digits !== own;
}
