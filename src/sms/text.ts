/** The SMS itself, for vendors that take no template. */
import type { Language } from '../answers.ts';
import type { Purpose } from './purpose.ts';

const WORDS = {
  zh: { signup: '注册', login: '登录', reset: '重置密码', delete: '注销账号' },
  en: { signup: 'sign-up', login: 'log-in', reset: 'password reset', delete: 'account deletion' },
} as const satisfies Record<Language, Record<Purpose, string>>;

const TEXT = {
  zh: (code: string, minutes: number, purpose: Purpose) =>
    `您的${WORDS.zh[purpose]}验证码是 ${code}，${minutes} 分钟内有效，请勿告诉他人。如非本人操作，请忽略。`,
  en: (code: string, minutes: number, purpose: Purpose) =>
    `${code} is your ${WORDS.en[purpose]} code. It is valid for ${minutes} minutes. Do not share it.`,
} as const satisfies Record<Language, unknown>;

/**
 * The text in a language. With a host, its last line binds the code to that site, so that phones offer to fill it
 * in there and nowhere else (WICG "Origin-bound one-time codes delivered via SMS").
 */
export function smsText(
  code: string,
  minutes: number,
  language: Language,
  purpose: Purpose,
  webotpHost?: string,
): string {
  const text = TEXT[language](code, minutes, purpose);
  return webotpHost === undefined ? text : `${text}\n\n@${webotpHost} #${code}`;
}
