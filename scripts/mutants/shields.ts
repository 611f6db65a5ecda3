/** Guards around the whole: lost answers, other sites, addresses, sizes, hang-ups, logs, the sweep. */
import { mutantsOf } from './mutant.ts';

export const SHIELDS = [
  ...mutantsOf(
    'src/db/ledger.ts',
    ['faults'],
    [
      [
        'return await askLedger(ledger, reason, recall);',
        'throw error;',
        'asking again when an answer was lost',
      ],
      [
        '(await verdict), true)',
        '(await verdict), false)',
        'distrust of a verdict that is recalled',
      ],
      [
        'await withDeadline(STORE_TIMEOUT_MS, (async () => work())())',
        'await work()',
        'the deadline of a store',
      ],
      [
        "if (typeof changes !== 'number') throw new Error('D1 returned no count of changes');",
        '',
        'distrust of what D1 counts',
      ],
      [
        "if (rows.some(isOther)) throw new Error('D1 returned another row');",
        '',
        'distrust of what D1 finds',
      ],
    ],
  ),
  ...mutantsOf(
    'src/db/prepared.ts',
    ['prepared'],
    [['JSON.stringify(shape)', "''", 'the statements of each shape being kept apart']],
  ),
  ...mutantsOf(
    'src/lib/crypto.ts',
    ['secrets'],
    [
      [
        "keyedDigest(key: CryptoKey, ...parts: string[]): Promise<string> {\n  return toBase64Url(await hmac(key, parts.join('|')));",
        "keyedDigest(key: CryptoKey, ...parts: string[]): Promise<string> {\n  return toBase64Url(await hmac(key, parts.at(-1) ?? ''));",
        'a digest being of one issue or drawing alone',
      ],
    ],
  ),
  ...mutantsOf(
    'src/app.ts',
    ['envelope'],
    [
      [
        "strictTransportSecurity: 'max-age=15552000',",
        'strictTransportSecurity: false,',
        'HTTPS from then on',
      ],
    ],
  ),
  ...mutantsOf(
    'src/middleware.ts',
    ['sessions'],
    [
      [
        "if (target === 'json') c.var.ledger.now = Date.now();",
        '',
        'counting from when the body was there',
      ],
    ],
  ),
  ...mutantsOf(
    'src/middleware.ts',
    ['envelope', 'users', 'faults', 'hang-up'],
    [
      ['return foreign || crossSite', 'return crossSite', 'the check of Origin'],
      [
        'foreign || crossSite || prefetched',
        'foreign || prefetched',
        'the check of Sec-Fetch-Site',
      ],
      ['foreign || crossSite || prefetched', 'foreign || crossSite', 'the check of Sec-Purpose'],
      ["c.req.method === 'HEAD' ?", 'false ?', 'the refusal of HEAD where GET acts'],
      ['Number(length) > BODY_LIMIT_BYTES', 'false', 'the size of a body'],
      [
        'if (read === null) return',
        'if (read === undefined) return',
        'the size of a body without a length',
      ],
      [', BODY_READ_BYTES)', ', 0)', 'reading on what is too much'],
      [', BODY_READ_BYTES)', ', Infinity)', 'the end of reading on'],
      [
        'return (await withDeadline(STORE_TIMEOUT_MS, c.env[binding].limit({ key }))).success;',
        'return true;',
        'the limit by address',
      ],
      [
        'await withDeadline(STORE_TIMEOUT_MS, c.env[binding].limit({ key }))',
        'await c.env[binding].limit({ key })',
        'the deadline of a limiter',
      ],
      [
        '`${purpose}|${clientPrefix(c)}`',
        'clientPrefix(c)',
        'a limit of its own for each endpoint',
      ],
      [
        '`${purpose}|${clientPrefix(c)}`',
        '`${purpose}|${address}`',
        'an IPv6 address counting by its /64',
      ],
      [
        "address === undefined ? 'unknown'",
        'address === undefined ? crypto.randomUUID()',
        'one bucket for all that have no address',
      ],
      ["c.var.config.SIGNUP === 'off' ?", 'false ?', 'the switch that suspends sign-up'],
      ['  c.executionCtx.waitUntil(finished);\n', '', 'every waitUntil'],
      [
        "if (error instanceof HTTPException && error.status === 400) {\n    return answer(c, 'parameter_malformed');\n  }",
        '',
        'malformed JSON being a parameter error',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/routes.ts',
    ['envelope', 'proof/every-fault'],
    [
      ['    notByHead,\n    sameSite', '    sameSite', 'the refusal of HEAD on /smscode'],
      [
        "    valid('query', query),\n",
        "    limitByAddress('ACT_LIMIT', 'smscode'),\n    valid('query', query),\n",
        'the format before the limit by address',
      ],
      ['    finishAnyway,\n    async', '    async', 'the waitUntil of /smscode'],
      [
        "answer(c, spent ? 'captcha_wrong' : 'captcha_expired')",
        "answer(c, 'captcha_wrong')",
        'a spent captcha being expired, whatever the text',
      ],
    ],
  ),
  ...mutantsOf(
    'src/users/routes.ts',
    ['proof/every-fault', 'envelope'],
    [
      ['    finishAnyway,\n    async', '    async', 'the waitUntil of a registration'],
      ['    sameSite,\n', '', 'the check of the site on /users'],
      [
        '    sameSite,\n    limitBody,\n',
        '    limitBody,\n    sameSite,\n',
        'looking at the site first of all',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sessions/routes.ts',
    ['proof/every-fault', 'envelope'],
    [
      [
        "valid('json', credentials), limit, finishAnyway,",
        "valid('json', credentials), limit,",
        'the waitUntil of a log-in',
      ],
      [
        ".delete('/', sameSite, limitReads,",
        ".delete('/', limitReads,",
        'the check of the site on log-out',
      ],
      ['sameSite, limitReads,', 'sameSite,', 'the limit on log-outs'],
      [".get('/', limitReads,", ".get('/',", 'the limit on asking who is logged in'],
      ['limitList, loggedIn,', 'loggedIn,', 'the limit on lists of sessions'],
    ],
  ),
  ...mutantsOf(
    'src/health.ts',
    ['health'],
    [
      [
        'return constantTimeEqual(bytesOf(digests[0]), bytesOf(digests[1]));',
        'return true;',
        'the token of the deep check',
      ],
      ['if (given === undefined || token === undefined) return false;', '', 'no token at all'],
    ],
  ),
  ...mutantsOf(
    'src/lib/mobile.ts',
    ['smscode', 'users', 'secrets'],
    [
      ['/^1[3-9][0-9]{9}$/', '/1[3-9][0-9]{9}$/', 'the beginning of a mobile'],
      ['/^1[3-9][0-9]{9}$/', '/^1[3-9][0-9]{9}/', 'the end of a mobile'],
      ['`${mobile.slice(0, 3)}****${mobile.slice(-4)}`', 'mobile', 'masking mobiles in the log'],
    ],
  ),
  ...mutantsOf(
    'src/lib/log.ts',
    ['secrets', 'lib'],
    [
      [
        'while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;',
        '',
        'keeping the parameters of a query out of the log',
      ],
    ],
  ),
  ...mutantsOf(
    'src/lib/crypto.ts',
    ['lib', 'users', 'proof/chance'],
    [
      [
        'a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b)',
        'a.byteLength === b.byteLength',
        'comparing digests',
      ],
      ['if (value < unbiased) return', 'return', 'every code being equally likely'],
    ],
  ),
  ...mutantsOf(
    'src/setup.ts',
    ['secrets', 'users'],
    [
      ["keys: await ring('sms-code')", "keys: await ring('captcha')", 'one key for each use'],
      [
        "keys: await ring('sms-code')",
        "keys: [(await ring('sms-code'))[0]]",
        'codes of before a rotation of the key',
      ],
    ],
  ),
  ...mutantsOf(
    'src/fields.ts',
    ['users'],
    [[".padStart(6, '0')", '', 'the zeros that a number has lost']],
  ),
  ...mutantsOf(
    'src/config.ts',
    ['envelope'],
    [["choice(['200', 'semantic'])", "choice(['semantic', '200'])", 'refusals with status 200']],
  ),
  ...mutantsOf(
    'src/captcha/random.ts',
    ['secrets'],
    [
      [
        'crypto.getRandomValues(words)',
        'words.fill(Math.random() * 65_536)',
        'captchas that nobody can foresee',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sweep.ts',
    ['sweep'],
    [
      [
        'captchaClaims.expiresAt, decided',
        'captchaClaims.expiresAt, now',
        'claims outliving their captchas',
      ],
      ['isOldIssue(decided - DAY_MS)', 'isOldIssue(decided)', "an issue's last window"],
      [
        'const decided = now - GRACE_MS',
        'const decided = now',
        'rows for requests that came before the sweep',
      ],
      ['from ${smsIssues}) + ${ROWS_PER_CHUNK}', 'from ${smsIssues}) + 100000', 'the bounded look'],
      [
        'lte(loginTries.until, now)',
        'lte(loginTries.until, now + HOUR_MS)',
        'tries whose window has not passed',
      ],
      ['limit ${ROWS_PER_CHUNK}', 'limit 100000', 'the bounded chunk'],
      ['chunks < CHUNKS_PER_TABLE', 'true', 'the bounded run'],
      ['meta.changes === 0', 'meta.changes < ROWS_PER_CHUNK', 'going on behind a hole'],
    ],
  ),
];
