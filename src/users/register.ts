/** Registration: take a try, compare the code, hash, and make the account in one batch. */
import type { Ledger } from '../db/ledger.ts';
import type { NewSession } from '../sessions/sessions.ts';
import { matchesCode, SMS_CODE } from '../sms/codes.ts';
import type { SmsService } from '../sms/send.ts';
import { returnTry, takeTry } from '../sms/tries.ts';
import { hashPassword, type PasswordPolicy } from './password.ts';
import { registerUser, type User } from './users.ts';

export interface RegistrationForm {
  mobile: string;
  code: string;
  password: string;
}

export type RegisterVerdict =
  | { reason: 'ok'; user: User }
  | { reason: 'sms_registered' | 'code_expired' | 'code_exhausted' }
  | { reason: 'code_wrong'; attemptsLeft: number };

/** A code is spent by success alone; after any fault its try is given back and it lives on. */
export async function register(
  sms: Pick<SmsService, 'kv' | 'keys'>,
  passwords: PasswordPolicy,
  ledger: Ledger,
  { mobile, code, password }: RegistrationForm,
  session: NewSession,
): Promise<RegisterVerdict> {
  const purpose = 'signup';
  const taken = await takeTry(ledger, mobile, purpose, SMS_CODE.test(code));
  if (taken.verdict !== 'taken' && taken.verdict !== 'untaken') return { reason: taken.verdict };
  const { attemptsLeft, issueId } = taken;
  if (taken.verdict === 'untaken') return { reason: 'code_wrong', attemptsLeft };
  try {
    const right = await matchesCode(sms.kv, sms.keys, { issueId, purpose }, code);
    if (!right) return { reason: 'code_wrong', attemptsLeft };
    const passwordHash = await hashPassword(passwords, password);
    const made = await registerUser(ledger, { mobile, passwordHash, issueId, session });
    return made.verdict === 'ok' ? { reason: 'ok', user: made.user } : { reason: made.verdict };
  } catch (fault) {
    await returnTry(ledger, issueId);
    throw fault;
  }
}
