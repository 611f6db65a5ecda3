/** Names. Pages show them as HTML, so a stored name means nothing there, and passes for nobody else's mobile. */
import { NAME_MAX_CHARACTERS } from '../config.ts';
import { MOBILE } from '../lib/mobile.ts';
import { isFarTooLong } from '../lib/text.ts';

/** Controls, what changes the direction of the text around it, halves of characters, and what means something in HTML. */
const FORBIDDEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}<>&"']/u;
/** More marks on one character than any script needs: they would run over the lines around. */
const PILED = /\p{M}{5}/u;
/**
 * Digits from 0 to 9, most of which NFKC leaves as they are: Chinese ones, plain, formal, old, of Suzhou and as spoken,
 * and those in circles.
 */
const DIGITS = [
  '〇一二三四五六七八九',
  '零壹贰叁肆伍陆柒捌玖',
  '零壹貳參肆伍陸柒捌玖',
  '零壱弐参肆伍陸漆捌玖',
  '零弌弍弎亖伍陆柒捌玖',
  '〇〡〢〣〤〥〦〧〨〩',
  '洞幺两三四五六拐八勾',
  '洞么兩三四五六拐八勾',
  '⓿❶❷❸❹❺❻❼❽❾',
  '🄌➊➋➌➍➎➏➐➑➒',
  '🄋➀➁➂➃➄➅➆➇➈',
  '⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽',
];
const VALUE_OF = new Map(
  DIGITS.flatMap((row) => Array.from(row, (digit, value) => [digit, String(value)] as const)),
);
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The name to store: NFC, trimmed, 1 to 32 characters; or null for a text that is none. */
export function nameOf(text: string): string | null {
  const trimmed = text.trim();
  if (isFarTooLong(trimmed, NAME_MAX_CHARACTERS)) return null;
  const name = trimmed.normalize('NFC');
  const fits = Array.from(name).length <= NAME_MAX_CHARACTERS;
  const seen = name.replace(UNSEEN, '');
  const isShown = VISIBLE.test(seen) && !PILED.test(seen);
  return fits && isShown && !FORBIDDEN.test(name) ? name : null;
}

/** Whether the name reads as a mobile that is not one's own, whatever stands between its digits, in the digits of any script. */
export function isForeignMobile(name: string, own: string): boolean {
  const digits = name
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/./gu, (character) => VALUE_OF.get(character) ?? character)
    .replace(/^(0{0,2}86)?0?(?=1)/, ''); // dialled from abroad, long-distance, or written as +86 (0)
  if (/[^0-9]/.test(digits)) return /^\p{Nd}{11,15}$/u.test(digits);
  return MOBILE.test(digits) && digits !== own;
}
