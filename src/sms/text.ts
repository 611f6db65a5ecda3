/** The SMS itself, for vendors that take no template. */
import type { Language } from '../answers.ts';

const TEXT = {
  zh: (code: string, minutes: number) =>
    `您的注册验证码是 ${code}，${minutes} 分钟内有效，请勿告诉他人。如非本人操作，请忽略。`,
  en: (code: string, minutes: number) =>
    `${code} is your sign-up code. It is valid for ${minutes} minutes. Do not share it.`,
} as const satisfies Record<Language, unknown>;

/**
 * The text in a language. With a host, its last line binds the code to that site, so that phones offer to fill it
 * in there and nowhere else (WICG "Origin-bound one-time codes delivered via SMS").
 */
export function smsText(
  code: string,
  minutes: number,
  language: Language,
  webotpHost?: string,
): string {
  const text = TEXT[language](code, minutes);
  return webotpHost === undefined ? text : `${text}\n\n@${webotpHost} #${code}`;
}
