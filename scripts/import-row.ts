/** One user of the older service as one of ours, or why not. */
import { MOBILE } from '../src/lib/mobile.ts';
import { localTime } from '../src/lib/time.ts';
import { isForeignMobile, nameOf } from '../src/users/name.ts';
import { NEEDS_RESET, type Pepper } from '../src/users/password.ts';
import { importHash } from './import-hash.ts';

export const COLUMNS = ['mobile', 'name', 'password_hash', 'avatar', 'create_time'] as const;
export type OldUser = Record<(typeof COLUMNS)[number], string>;

export interface ImportedUser {
  mobile: string;
  name: string;
  passwordHash: string;
  avatarUrl: string;
  createdAt: number;
  /** Whether the name could not be kept: it would do harm in a page, or reads as the mobile of somebody else. */
  renamed: boolean;
  needsReset: boolean;
}

/** A text is the reason why the row is refused. */
export async function importRow(pepper: Pepper, old: OldUser): Promise<ImportedUser | string> {
  const { mobile } = old;
  if (!MOBILE.test(mobile)) return 'mobile malformed';
  const passwordHash = await importHash(pepper, old.password_hash);
  if (passwordHash === null) return 'password_hash is not pbkdf2:sha256:<iterations>$<salt>$<hex>';
  const createdAt = timeOf(old.create_time);
  if (createdAt === null) return 'create_time is not YYYY-MM-DD HH:MM:SS';
  const name = nameOf(old.name);
  const kept = name !== null && !isForeignMobile(name, mobile);
  return {
    mobile,
    name: kept ? name : mobile,
    passwordHash,
    avatarUrl: isHarmless(old.avatar) ? old.avatar : '',
    createdAt,
    renamed: !kept && old.name !== '',
    needsReset: passwordHash === NEEDS_RESET,
  };
}

/** A path or an http URL, of characters that mean nothing in HTML. */
const isHarmless = (avatar: string) =>
  /^[\w./:%?=+~@-]{0,512}$/.test(avatar) && (!avatar.includes(':') || /^https?:/.test(avatar));

/** Unix milliseconds of a local time in UTC+8. */
function timeOf(text: string): number | null {
  const [, date = '', time = ''] =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,6})?$/.exec(text) ??
    [];
  const parsed = Date.parse(`${date}T${time}+08:00`);
  return Number.isNaN(parsed) || localTime(parsed) !== `${date} ${time}` ? null : parsed;
}
