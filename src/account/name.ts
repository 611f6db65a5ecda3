import { and, eq } from 'drizzle-orm';
import type { Result } from '../answers.ts';
import type { Ledger } from '../db/ledger.ts';
import { users } from '../db/schema.ts';
import { changeAccount } from '../users/events.ts';
import { isForeignMobile } from '../users/name.ts';
import { type Principal, whileLoggedIn } from '../sessions/sessions.ts';

/** Gives whoever is logged in another name, one that `nameOf` has made. */
export async function changeName(
  ledger: Ledger,
  principal: Principal,
  name: string,
): Promise<Result> {
  if (isForeignMobile(name, principal.user.mobile)) return { verdict: 'name_malformed' };
  const changed = await changeAccount(
    ledger,
    { kind: 'name_changed', owner: whileLoggedIn(ledger, principal), reason: 'user_unsaved' },
    (recorded) => [
      ledger.db
        .update(users)
        .set({ name, updatedAt: ledger.now })
        .where(and(eq(users.id, principal.user.id), recorded)),
    ],
  );
  return { verdict: changed ? 'ok' : 'logged_out' };
}
