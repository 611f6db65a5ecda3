/** Guards of accounts, passwords and sessions. */
import { mutantsOf } from './mutant.ts';

export const ACCOUNTS = [
  ...mutantsOf(
    'src/users/register.ts',
    ['users', 'races', 'faults', 'proof/late'],
    [
      [
        'const owner = sql`${users.mobile} = ${mobile} and ${ours}`;',
        'const owner = sql`${users.mobile} = ${mobile}`;',
        'a session for the winner alone',
      ],
      [
        "if (recalled) throw new Error('the batch did not happen');",
        '',
        'saying 4001 when nobody knows whether the account was made',
      ],
      ['if (row.ours && row.user', 'if (row.user', 'the account being of this request'],
      [
        'if (row.refusal !== null) return { verdict: row.refusal };',
        '',
        'telling the loser of a race that the mobile is registered',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/sessions.ts',
    ['sessions', 'users', 'races', 'faults', 'costs', 'account-sessions', 'proof/late'],
    [
      [', gt(sessions.expiresAt, now));', ');', 'the end of a session'],
      [
        'gt(sessions.expiresAt, now)',
        'gte(sessions.expiresAt, now)',
        'the last millisecond of a session',
      ],
      [
        'and(eq(sessions.tokenHash, replaces), sessionExists(tokenHash))',
        'eq(sessions.tokenHash, replaces)',
        'the new session before the old one is ended',
      ],
      [
        'limit ${SURPLUS_AT_ONCE} offset ${SESSIONS_KEPT - 1}',
        'limit ${SURPLUS_AT_ONCE} offset 1000000',
        'an end of the sessions of one account',
      ],
      [
        '${user} and ${ne(sessions.tokenHash, tokenHash)}',
        '${user}',
        'a log-in that comes late not ending its own session',
      ],
      ['limit ${SURPLUS_AT_ONCE}', 'limit 1000000', 'ending a heap of them bit by bit'],
      ['return ended === 1;', 'return ended >= 0;', 'whether there was a session to end'],
      ['expiresAt - now >= LIFETIME_MS / 2', 'true', 'prolonging a session'],
      [
        'lastSeenAt > createdAt ? expiresAt : null',
        'null',
        'telling of a longer life until it is heard',
      ],
      [
        'return changes === 1 ? end : null;',
        'return end;',
        'no cookie of a session that has ended',
      ],
      [
        'sql`max(${sessions.expiresAt}, ${end})`',
        'sql`${end}`',
        'a slow request not shortening a session',
      ],
      [
        'TOKEN.test(token) ? sha256(token) : null',
        'true ? sha256(token) : null',
        'asking no store about what is no token',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/routes.ts',
    ['sessions', 'proof/every-fault'],
    [
      [
        "clearSessionToken(c);\n    return answer(c, ended ? 'ok' : 'logged_out')",
        "clearSessionToken(c);\n    return answer(c, 'ok')",
        'the answer of a log-out that ended nothing',
      ],
      ['limitReads, finishAnyway,', 'limitReads,', 'the waitUntil of a log-out'],
    ],
  ),
  ...mutantsOf(
    'src/sessions/with-password.ts',
    ['sessions', 'faults', 'races', 'proof/late'],
    [
      ['if (!right || user', 'if (user', 'the comparison of the password'],
      [
        ' and ${eq(users.passwordVersion, passwordVersion)}',
        '',
        'the password being the one that was checked',
      ],
      [
        'eq(users.passwordVersion, passwordVersion)',
        'eq(users.passwordHash, passwordHash)',
        'a password being the same when it is hashed anew',
      ],
      ['    await returnTry(ledger, subjects);\n', '', 'giving the try back after a fault'],
      [
        '    await returnTryIfReserved(ledger, subjects);\n',
        '',
        'giving back a try whose answer was lost',
      ],
      [
        "if (reservedBy === requestId || noted) return { verdict: 'reserved', user };",
        "if (reservedBy !== undefined) return { verdict: 'reserved', user };",
        'the try being reserved',
      ],
      [
        'reservedBy === requestId || noted',
        'reservedBy === requestId',
        'knowing a try as one’s own after another one was reserved',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/login.ts',
    ['sessions', 'faults', 'races', 'proof/late'],
    [
      [
        "if (recalled) throw new Error('the batch did not happen');",
        '',
        'saying 4001 when nobody knows whether the session started',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/tries.ts',
    ['sessions', 'faults', 'races'],
    [
      [
        'setWhere: sql`${until} <= ${now} or ${count} < ${tries}`',
        'setWhere: sql`true`',
        'the limit of tries',
      ],
      [
        'not exists (select 1 from ${loginTries} where ${isSpent(anywhere, ledger.now)})',
        'true',
        'the limit from everywhere',
      ],
      [
        'ledger.db.delete(loginTries).where(eq(loginTries.subject, here))',
        "ledger.db.delete(loginTries).where(eq(loginTries.subject, ''))",
        'forgiving the address on success',
      ],
      ['or ${count} + 1 >= ${tries} then', 'then', 'the whole pause from the last try on'],
      [
        'sql`case when ${until} <= ${now} then 1 else',
        'sql`case when false then 1 else',
        'a new window after the old one',
      ],
      [
        'gt(loginTries.count, 0), guard',
        'gt(loginTries.count, 0)',
        'moving back only what this request moved',
      ],
    ],
  ),
  ...mutantsOf(
    'src/users/password.ts',
    ['password', 'sessions', 'users'],
    [
      [
        "  if (isFarTooLong(password, PASSWORD_MAX_CHARACTERS)) return 'password_length';\n",
        '',
        'kilobytes of password not being normalized',
      ],
      ['\\0+$|', '', 'NULs being none of a password'],
      ['|\\p{Surrogate}', '', 'lone surrogates being none of a password'],
      ['|\\uFFFD', '', 'bytes that are not UTF-8 being none of a password'],
      [' || commonPasswords().has(bare.toLowerCase())', '', 'the list of common passwords'],
      [
        'const ITERATIONS_PER_CALL = 100_000;',
        'const ITERATIONS_PER_CALL = 1_000_000;',
        "the platform's cap on one derivation",
      ],
      [
        'Uint8Array.of(...salt, round)',
        'Uint8Array.of(...salt, 0)',
        'the number of the round in its salt',
      ],
      [
        'known ? stored : decoy(policy)',
        "known ? stored : 'x'",
        'the same work for an unknown user',
      ],
      ["isChoosable ? password.normalize('NFKC') : password", 'password', 'the NFKC form'],
      [
        "isChoosable ? password.normalize('NFKC') : password",
        "password.normalize('NFKC')",
        'kilobytes being compared without normalizing them',
      ],
      ['    if (round > 0) await giveTurn();\n', '', 'others having their turn during a hash'],
    ],
  ),
  ...mutantsOf(
    'src/sessions/authenticate.ts',
    ['sessions'],
    [
      [
        "  c.set('principal',",
        "  renewCookie(c);\n  c.set('principal',",
        'a slow answer leaving the cookie of a newer log-in',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/cookie.ts',
    ['sessions'],
    [
      ['httpOnly: true', 'httpOnly: false', 'HttpOnly'],
      ["sameSite: 'Lax'", "sameSite: 'None'", 'SameSite'],
      [
        'return isSecure(c) ? { ...common',
        'return !isSecure(c) ? { ...common',
        '__Host- and Secure in production',
      ],
    ],
  ),
];
