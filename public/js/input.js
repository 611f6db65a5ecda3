/** Typed and pasted text, as the service wants it. Passwords are sent as they are. */

/** Full-width forms folded to ASCII; spaces, and marks that no one sees, dropped. */
const fold = (typed) => typed.normalize('NFKC').replaceAll(/[\s\p{Cf}]/gu, '');

/** `+86 138-0013-8000` → `13800138000` */
export function cleanMobile(typed) {
  const digits = fold(typed).replaceAll(/^tel:|[\p{Pd}.·−/()]/gu, '');
  return digits.replace(/^(\+|00)?86(?=1\d{10}$)/, '');
}

export const cleanCaptcha = fold;

/** `123-456` → `123456`, and a whole message → the six digits in it, which its last line may say again */
export function cleanCode(typed) {
  const code = fold(typed).replaceAll(/\p{Pd}/gu, '');
  if (/^\d*$/.test(code)) return code;
  const numbers = typed.normalize('NFKC').match(/\d+/g) ?? [];
  const [six, ...others] = new Set(numbers.filter(({ length }) => length === 6));
  return six !== undefined && others.length === 0 ? six : code;
}

/** Without the marks that come along where text is copied that runs both ways. */
export const cleanName = (typed) =>
  typed
    .normalize('NFC')
    .replaceAll(/\p{Bidi_Control}/gu, '')
    .trim();

/** The key of what is wrong with it, or null. */
export function mobileProblem(mobile) {
  if (mobile === '') return 'mobileEmpty';
  return /^1[3-9][0-9]{9}$/.test(mobile) ? null : 'mobileMalformed';
}

export const codeProblem = (code) => (/^[0-9]{6}$/.test(code) ? null : 'codeMalformed');

export const passwordProblem = (password) => (password === '' ? 'passwordEmpty' : null);

/** Counted as the service counts: code points after NFKC. */
export function newPasswordProblem(password) {
  const characters = Array.from(password.normalize('NFKC')).length;
  if (characters < 8) return 'passwordShort';
  return characters > 128 ? 'passwordLong' : null;
}

export function nameProblem(name) {
  if (name === '') return 'nameEmpty';
  return Array.from(name).length > 32 ? 'nameLong' : null;
}

export const sureProblem = (ticked) => (ticked === '' ? 'sureEmpty' : null);
