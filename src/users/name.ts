/** Names. Pages show them as HTML, so a stored name means nothing there, and passes for nobody else's mobile. */
import { NAME_MAX_CHARACTERS } from '../config.ts';
import { MOBILE } from '../lib/mobile.ts';

/** Controls, what changes the direction of the text around it, halves of characters, and what means something in HTML. */
const FORBIDDEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}<>&"']/u;
/** More marks on one character than any script needs: they would run over the lines around. */
const PILED = /\p{M}{5}/u;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The name to store: NFC, trimmed, 1 to 32 characters; or null for a text that is none. */
export function nameOf(text: string): string | null {
  const name = text.normalize('NFC').trim();
  const fits = Array.from(name).length <= NAME_MAX_CHARACTERS;
  const isShown = VISIBLE.test(name.replace(UNSEEN, ''));
  return fits && isShown && !FORBIDDEN.test(name) && !PILED.test(name) ? name : null;
}

/** Whether the name reads as a mobile that is not one's own, whatever stands between its digits, in the digits of any script. */
export function isForeignMobile(name: string, own: string): boolean {
  const digits = name
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('〇', '0')
    .replace(/^(0{0,2}86)?0?(?=1)/, ''); // dialled from abroad, long-distance, or written as +86 (0)
  if (/[^0-9]/.test(digits)) return /^\p{Nd}{11,15}$/u.test(digits);
  return MOBILE.test(digits) && digits !== own;
}
