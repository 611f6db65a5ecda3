/** What of a vendor's words may be logged. A vendor may echo anything: the number, the code, what we signed with. */
const ILLEGIBLE = 'illegible';

/** A vendor's code in letters. Digits could be those of the number or the code, and vendors whose codes are letters use none. */
export const legibleCode = (code: string) => (/^[A-Za-z._-]{1,80}$/.test(code) ? code : ILLEGIBLE);

/** A vendor's message id, to quote when asking the vendor about it. */
export const legibleId = (id: string) => (/^[A-Za-z0-9:^_-]{1,64}$/.test(id) ? id : ILLEGIBLE);

/** The fields without those that hold a secret, also with something between its characters. */
export function withoutSecrets(
  fields: Record<string, string | undefined>,
  secrets: readonly string[],
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      secrets.some((secret) => holds(value ?? '', secret)) ? [name, ILLEGIBLE] : [name, value],
    ),
  );
}

const bare = (text: string) => text.replace(/[^A-Za-z0-9]/g, '');
const holds = (value: string, secret: string) =>
  value.includes(secret) || (bare(secret) !== '' && bare(value).includes(bare(secret)));
