/** Guards of the account's later life: errands, events, passwords, sessions, names, leaving, export, import. */
import { mutantsOf } from './mutant.ts';

const WHILE_LOGGED_IN = 'whileLoggedIn(ledger, principal)';

export const LIFE = [
  ...mutantsOf(
    'src/sms/errands.ts',
    ['blocked', 'purposes', 'proof/late-account', 'account-leave', 'login-by-code'],
    [
      ['when ${isBlocked(mobile)} then', 'when 0 then', 'a blocked mobile having no code'],
      ['case when not ${isVisitor(errand, now)} then', 'case when 0 then', 'the session to leave'],
      ['and ${users.mobile} = ${mobile})`', ')`', 'whose session it is'],
      ['${isLive(tokenHash, now)}', '${isLive(tokenHash, 0)}', 'that session being alive'],
      ['when not ${registered} then', 'when 0 then', 'an account to log in to'],
    ],
  ),
  ...mutantsOf(
    'src/sms/redeem.ts',
    ['login-by-code', 'account-password', 'races', 'faults', 'proof/late-account'],
    [
      ['eq(smsIssues.mobile, mobile), ', '', 'ending the codes of one’s own mobile alone'],
      [', guard))', '))', 'a refused change ending no code'],
      [
        "if (recalled) throw new Error('the batch did not happen');",
        '',
        'saying 4001 when nobody knows whether the code was used',
      ],
      ['if (row.ours && row.userId', 'if (row.userId', 'the code being used by this request'],
      [
        'and(eq(users.mobile, issue.mobile), ours)',
        'eq(users.mobile, issue.mobile)',
        'doing nothing for the loser of a race',
      ],
      ['and(eq(users.mobile, issue.mobile), ours)', 'ours', 'doing it for the owner alone'],
    ],
  ),
  ...mutantsOf(
    'src/users/events.ts',
    [
      'proof/late-account',
      'account-events',
      'account-name',
      'account-password',
      'proof/every-fault',
    ],
    [
      [
        "if (recalled && !row.recorded) throw new Error('the batch did not happen');",
        '',
        'saying 4001 when nobody knows whether the account was changed',
      ],
      [
        'hasEvent(ledger, eq(securityEvents.kind, kind))',
        'hasEvent(ledger, sql`true`)',
        'a failed try being no change',
      ],
      [
        'isOwn(ledger), inArray(securityEvents.kind, FAILED_TRIES)',
        'isOwn(ledger)',
        'a fault forgetting a try, and nothing that was done',
      ],
      [
        '.onConflictDoUpdate({ target: KEY, set: { kind } })',
        '.onConflictDoNothing()',
        'a try that proved right being no failure',
      ],
      ['offset ${EVENTS_KEPT}', 'offset 1000000', 'an end of the events of one account'],
      [', forgetSurplus(ledger)]', ']', 'forgetting some of them with a change'],
      ['limit ${SURPLUS_AT_ONCE}', 'limit 1000000', 'forgetting a heap of them bit by bit'],
      [
        'sql`${eq(users.mobile, mobile)} and ${taken}`',
        'eq(users.mobile, mobile)',
        'the try being taken',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/login.ts',
    ['blocked', 'proof/late-account'],
    [
      [', not(blocked))', ')', 'a blocked mobile not logging in'],
      [
        '.set({ passwordHash: rehashed }).where(owner)',
        '.set({ passwordHash: rehashed }).where(sql`${users.id} = ${user.userId}`)',
        'replacing the hash that was checked',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/login-by-code.ts',
    ['login-by-code'],
    [
      ["purpose: 'login'", "purpose: 'reset'", 'logging in with a code for that'],
      ['      endReplaced(ledger, session),\n', '', 'ending the session that came with it'],
    ],
  ),
  ...mutantsOf(
    'src/sessions/tries.ts',
    ['sessions', 'account-password', 'races', 'faults'],
    [
      [
        '    uncount(ledger, anywhere),\n  ] as const;',
        "    uncount(ledger, ''),\n  ] as const;",
        'giving the mobile its try back on success',
      ],
      [
        'countTry(ledger, anywhere, isReserved(ledger, subjects))',
        'countTry(ledger, anywhere, sql`true`)',
        'counting both or neither',
      ],
      [
        'sql`not ${isProved(ledger)}`',
        'sql`true`',
        'giving back no try of a log-in that has happened',
      ],
      [' or ${isNoted(ledger)})`', ')`', 'giving back a try after which another one was reserved'],
      [
        ' and exists (select 1 from ${users} where ${owner})`',
        '`',
        'a refused reset forgiving no tries',
      ],
    ],
  ),
  ...mutantsOf(
    'src/account/password.ts',
    ['proof/late-account', 'account-password', 'account-sessions'],
    [
      ["purpose: 'reset'", "purpose: 'login'", 'resetting with a code for that'],
      [
        `and(${WHILE_LOGGED_IN}, owner.unchanged)`,
        WHILE_LOGGED_IN,
        'the old password being the one that was checked',
      ],
      [
        `and(${WHILE_LOGGED_IN}, owner.unchanged)`,
        'owner.unchanged',
        'the session living that changes the password',
      ],
      [
        'and(eq(users.id, owner.userId), recorded)',
        'eq(users.id, owner.userId)',
        'a refused change changing nothing',
      ],
      ['        ...clearTries(ledger, subjects),\n', '', 'forgiving the tries after a change'],
      [
        '.where(sql`${sessions.userId} in (select ${users.id} from ${users} where ${owner})`)',
        '.where(sql`0`)',
        'a reset ending every session',
      ],
      [
        "    endReplaced(ledger, session), // it may be somebody else's\n",
        '',
        'a reset ending the session that came with it',
      ],
      [
        '    endCodes(ledger, issue.mobile, sql`exists (select 1 from ${users} where ${owner})`),\n',
        '',
        'a reset ending the other codes for the account',
      ],
      [
        '        endCodes(ledger, principal.user.mobile, recorded),\n',
        '',
        'a change of password ending the codes for the account',
      ],
      [
        '    forgiveTries(ledger, subjects, owner),\n',
        '',
        'a reset forgiving the tries at the old password',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/owned.ts',
    ['proof/late-account', 'account-sessions'],
    [
      [
        '      endCodes(ledger, principal.user.mobile, recorded),\n',
        '',
        'the end of the other sessions being that of the codes',
      ],
      ['        .limit(SESSIONS_KEPT),\n', '', 'the end of the list of sessions'],
      ['    eq(sessions.userId, principal.user.id),\n', '', 'ending one of one’s own sessions'],
      ['    gt(sessions.expiresAt, ledger.now),\n', '', 'the session to end being alive'],
      [
        ' and exists (select 1 from ${sessions} where ${theirs})`',
        '`',
        'there being such a session',
      ],
      [
        `sql\`\${${WHILE_LOGGED_IN}} and exists`,
        'sql`"users"."id" = ${principal.user.id} and exists',
        'the session living that ends one',
      ],
      [
        `const owner = ${WHILE_LOGGED_IN};`,
        'const owner = sql`"users"."id" = ${principal.user.id}`;',
        'the session living that ends the others',
      ],
      [
        'and(eq(sessions.userId, principal.user.id), gt(sessions.expiresAt, now))',
        'eq(sessions.userId, principal.user.id)',
        'listing live sessions alone',
      ],
      [
        'and(eq(sessions.userId, principal.user.id), gt(sessions.expiresAt, now))',
        'gt(sessions.expiresAt, now)',
        'listing one’s own sessions alone',
      ],
    ],
  ),
  ...mutantsOf(
    'src/account/leave.ts',
    ['proof/late-account', 'account-leave'],
    [
      ["purpose: 'delete'", "purpose: 'login'", 'leaving with a code for that'],
      [
        `and(${WHILE_LOGGED_IN}, guard)`,
        WHILE_LOGGED_IN,
        'the password of who leaves being the one that was checked',
      ],
      [
        `and(${WHILE_LOGGED_IN}, guard)`,
        'and(eq(users.id, id), guard)',
        'the session living that leaves',
      ],
      [
        'and(eq(sessions.userId, id), gone)',
        'eq(sessions.userId, id)',
        'a refused leave ending no session',
      ],
      [
        'and(eq(securityEvents.userId, id), gone)',
        'eq(securityEvents.userId, id)',
        'a refused leave forgetting nothing',
      ],
      [
        "if (recalled && !row.done) throw new Error('the batch did not happen');",
        '',
        'saying 4001 when nobody knows whether the account is gone',
      ],
      ['[redeem], ours, ours)', '[redeem], ours, isGone(principal))', 'one code for one leave'],
      ['...before, end,', '...before,', 'codes of an account not opening the next one'],
      [
        'sql`exists (select 1 from ${users} where ${owner})`',
        'sql`true`',
        'a refused leave ending no code',
      ],
      [
        'clearTries(ledger, subjects);',
        'clearTries(ledger, { here: "", anywhere: "" });',
        'forgiving the tries of who leaves',
      ],
    ],
  ),
  ...mutantsOf(
    'src/account/name.ts',
    ['account-name', 'proof/late-account'],
    [
      [
        "if (isForeignMobile(name, principal.user.mobile)) return { verdict: 'name_malformed' };",
        '',
        'a name not being the mobile of somebody else',
      ],
      [
        `owner: ${WHILE_LOGGED_IN}`,
        'owner: eq(users.id, principal.user.id)',
        'the session living that renames',
      ],
      [
        'and(eq(users.id, principal.user.id), recorded)',
        'eq(users.id, principal.user.id)',
        'a refused rename changing nothing',
      ],
    ],
  ),
  ...mutantsOf(
    'src/users/name.ts',
    ['account-name'],
    [
      ['<>&"\']/u', ']/u', 'a name meaning nothing in HTML'],
      ['\\p{Bidi_Control}', '', 'a name leaving the direction of text alone'],
      ['[\\p{Cc}', '[', 'a name without controls'],
      [
        '  if (isFarTooLong(trimmed, NAME_MAX_CHARACTERS)) return null;\n',
        '',
        'kilobytes of name not being normalized',
      ],
      ['return fits && ', 'return ', 'the length of a name'],
      ['isShown && ', '', 'a name that can be seen'],
      [' && !PILED.test(seen)', '', 'marks piled upon a character'],
      [
        'return /^\\p{Nd}{11,15}$/u.test(digits)',
        'return false',
        'a mobile in the digits of another script',
      ],
      [
        ".replace(/[^\\p{L}\\p{N}]/gu, '')",
        '.trim()',
        'what stands between the digits of a mobile',
      ],
      [".normalize('NFKC')\n", '\n', 'look-alikes of a mobile'],
      ["    .replace(/^(0{0,2}86)?0?(?=1)/, '');", '    .trim();', 'the country code of a mobile'],
      [' && digits !== own', '', 'one’s own mobile being a name'],
    ],
  ),
  ...mutantsOf(
    'src/account/export.ts',
    ['account-events'],
    [
      ['.where(eq(sessions.userId, user.id))', '', 'exporting one’s own sessions alone'],
      ['.where(eq(smsIssues.mobile, user.mobile))', '', 'exporting one’s own codes alone'],
      ['.where(eq(securityEvents.userId, user.id))', '', 'reading one’s own events alone'],
      ['.where(tried)', '', 'exporting one’s own tries alone'],
    ],
  ),
  ...mutantsOf(
    'src/account/routes.ts',
    ['hang-up', 'envelope', 'account-leave'],
    [
      ["'password-resets'),\n    finishAnyway,", "'password-resets'),", 'the waitUntil of a reset'],
      [
        "valid('json', leaving),\n    limit,\n    loggedIn,\n    finishAnyway,",
        "valid('json', leaving),\n    limit,\n    loggedIn,",
        'the waitUntil of a leave',
      ],
      [
        "valid('json', naming),\n    limit,\n    loggedIn,\n    finishAnyway,",
        "valid('json', naming),\n    limit,\n    loggedIn,",
        'the waitUntil of a rename',
      ],
      [
        "valid('json', passwordChange),\n    limit,\n    loggedIn,\n    finishAnyway,",
        "valid('json', passwordChange),\n    limit,\n    loggedIn,",
        'the waitUntil of a new password',
      ],
      [
        "    sameSite,\n    limitBody,\n    valid('json', reset),",
        "    limitBody,\n    valid('json', reset),",
        'the check of the site on a reset',
      ],
      [
        "    sameSite,\n    limitBody,\n    valid('json', leaving),",
        "    limitBody,\n    valid('json', leaving),",
        'the check of the site on a leave',
      ],
      [
        "    sameSite,\n    limitBody,\n    valid('json', naming),",
        "    limitBody,\n    valid('json', naming),",
        'the check of the site on a rename',
      ],
      [
        "    sameSite,\n    limitBody,\n    valid('json', passwordChange),",
        "    limitBody,\n    valid('json', passwordChange),",
        'the check of the site on a new password',
      ],
      ['      clearSessionToken(c);\n', '', 'taking the cookie of who leaves'],
    ],
  ),
  ...mutantsOf(
    'src/sessions/routes.ts',
    ['hang-up', 'envelope', 'account-sessions'],
    [
      [
        ".delete('/', sameSite, limit, loggedIn, finishAnyway,",
        ".delete('/', sameSite, limit, loggedIn,",
        'the waitUntil of ending the others',
      ],
      [
        ".delete('/:id', sameSite, limit, loggedIn, finishAnyway,",
        ".delete('/:id', sameSite, limit, loggedIn,",
        'the waitUntil of ending one',
      ],
      [
        ".delete('/', sameSite, limit,",
        ".delete('/', limit,",
        'the check of the site on ending the others',
      ],
      [
        ".delete('/:id', sameSite, limit,",
        ".delete('/:id', limit,",
        'the check of the site on ending one',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/sessions.ts',
    ['proof/late-account', 'account-password', 'account-sessions'],
    [
      ['ne(sessions.tokenHash, tokenHash), ', '', 'keeping the session that asks'],
      [
        'ne(sessions.tokenHash, tokenHash), guard)',
        'ne(sessions.tokenHash, tokenHash))',
        'a refused change ending no session',
      ],
      ['and(eq(sessions.userId, user.id), ne', 'and(ne', 'ending nobody else’s sessions'],
      [
        'Math.min(now + LIFETIME_MS, createdAt + ABSOLUTE_LIFETIME_MS)',
        'now + LIFETIME_MS',
        'the end of a session that is always used',
      ],
    ],
  ),
  ...mutantsOf(
    'src/account/export.ts',
    ['account-events'],
    [
      ['.limit(EVENTS_SHOWN)', '', 'the end of the list of events'],
      [
        'eventsOf(ledger, principal).limit(ROWS_EXPORTED)',
        'eventsOf(ledger, principal)',
        'the end of the exported events',
      ],
      ['      .limit(ROWS_EXPORTED),\n', ',\n', 'the end of the exported sessions'],
    ],
  ),
  ...mutantsOf(
    'src/context.ts',
    ['account-sessions'],
    [['.slice(0, USER_AGENT_CHARACTERS)', '', 'what a client calls itself being cut']],
  ),
  ...mutantsOf(
    'scripts/import-hash.ts',
    ['imported'],
    [
      ['/^pbkdf2:', '/pbkdf2:', 'the beginning of an old hash'],
      ['{64})$/', '{64})/', 'the end of an old hash'],
      [
        'if (Number(iterations) > ITERATIONS_PER_CALL) return NEEDS_RESET;',
        '',
        'old hashes that cannot be checked here',
      ],
      ['await hmac(pepper.key, derived)', 'derived', 'the pepper of an old hash'],
    ],
  ),
  ...mutantsOf(
    'src/users/password.ts',
    ['imported', 'password'],
    [
      [
        'stored !== null && stored !== NEEDS_RESET',
        'stored !== null',
        'a user without a password that can be checked',
      ],
      ['!isNative || hash.iterations', 'hash.iterations', 'replacing an old hash at log-in'],
      ['if (hash.iterations < policy.iterations) {', 'if (false) {', 'an old hash being no faster'],
    ],
  ),
];
