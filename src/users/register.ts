/** Registration: the right code, then the account and its first session in one batch. */
import type { Refusal } from '../answers.ts';
import type { Ledger } from '../db/ledger.ts';
import type { NewSession } from '../sessions/sessions.ts';
import { withCode } from '../sms/redeem.ts';
import type { SmsService } from '../sms/send.ts';
import { hashPassword, type PasswordPolicy } from './password.ts';
import { registerUser, type User } from './users.ts';

export interface CodeForm {
  mobile: string;
  code: string;
  /** The password to have from now on. */
  password: string;
}

/** Makes an account for whoever has the code, and starts `session` for it. Hashes only when the code is right. */
export function register(
  sms: Pick<SmsService, 'kv' | 'keys'>,
  passwords: PasswordPolicy,
  ledger: Ledger,
  { mobile, code, password }: CodeForm,
  session: NewSession,
): Promise<{ verdict: 'ok'; user: User } | Refusal> {
  return withCode(sms, ledger, { mobile, purpose: 'signup' }, code, async (issue) => {
    const passwordHash = await hashPassword(passwords, password);
    return registerUser(ledger, { issue, passwordHash, session });
  });
}
