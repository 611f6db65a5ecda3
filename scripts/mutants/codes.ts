/** Guards of captchas, codes and their sending. */
import { mutantsOf } from './mutant.ts';

export const CODES = [
  ...mutantsOf(
    'src/captcha/claims.ts',
    ['smscode', 'races', 'faults'],
    [
      ['where ${guard}`)', 'where true`)', 'the guard of a claim: a cooldown spends the captcha'],
      [
        '.onConflictDoNothing()',
        '.onConflictDoUpdate({ target: captchaClaims.drawId, set: { requestId } })',
        'the first claim winning: a spent drawing is spent again',
      ],
      [
        'return verdict.requestId === requestId;',
        'return true;',
        'whose claim it is, after a wrong text',
      ],
      [
        "if (found.requestId === null) throw new Error('the drawing was not claimed');",
        '',
        'the check that the spending was recorded, before "differs" is said',
      ],
    ],
  ),
  ...mutantsOf(
    'src/captcha/captcha.ts',
    ['captcha', 'smscode'],
    [
      ['held.expires_at <= now', 'held.expires_at < 0', 'the end of a captcha'],
      ['held.expires_at <= now', 'held.expires_at < now', 'the last millisecond of a captcha'],
      ["right ? 'right' : 'wrong'", "right ? 'right' : 'right'", 'the comparison of the text'],
    ],
  ),
  ...mutantsOf(
    'src/sms/issues.ts',
    ['smscode', 'races', 'faults', 'proof/late'],
    [
      [
        '(${registered} or ${guards.cooldownSince} is null)',
        '(${registered} or true)',
        'the cooldown before a claim',
      ],
      [
        'where ${claimedBy(drawing.drawId)} = ${requestId} and not',
        'where not',
        'the claim before an issue',
      ],
      ['and not ${registered}\n', '\n', 'the question whether the mobile is registered'],
      ['and ${guards.hourSince} is null and', 'and', 'the cap of the hour'],
      ['and ${guards.daySince} is null and', 'and', 'the cap of the day'],
      ['is null and ${guards.failuresSince} is null', 'is null', 'the cap of failures'],
      ['and ${hasRoom(now, purpose, policy, isTrickle)}', '', 'budget and brake'],
      ["in ('pending', 'sent')`, 1)", "in ('sent')`, 1)", 'the cooldown of a pending issue'],
      ["<> 'refused'`", "<> 'none'`", 'a refused send not counting'],
      ["in ('refused', 'unknown')`", "in ('refused')`", 'an unknown send counting as a failure'],
      ['offset ${limit - 1}', 'offset ${limit}', 'the last one of a window (one too many)'],
      ['> ${now - windowMs}', '>= ${now - windowMs}', 'the exact end of a window'],
      [
        'sql`exists (select 1 from ${smsIssues} where ${isPending})`',
        'sql`true`',
        'the budget getting a refused SMS back once only',
      ],
      ['[giveBack, settle]))[1]', '[settle, giveBack]))[0]', 'giving back before settling'],
      [
        "if (changesOf(result) !== 1) throw new Error('the issue is not there to settle');",
        '',
        'the check that the settling was recorded',
      ],
      [
        'const since = Math.min(row.cooldownSince, now);',
        'const since = row.cooldownSince;',
        'the cooldown never exceeding 60 s',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/volume.ts',
    ['smscode', 'races', 'faults'],
    [
      ['${volume(now)} < ${budgetOf', '${volume(now)} <= ${budgetOf', 'the last SMS of the budget'],
      ['return purpose ===', 'return purpose !==', 'the fifth that is kept from sign-up'],
      ['&& !isTrickle', '', 'the trickle through the brake'],
      ['and not ${isBraked(now, policy)}', '', 'the brake'],
      [
        '.where(and(eq(smsVolume.slot, slotOf(now)), guard))',
        '.where(eq(smsVolume.slot, slotOf(now)))',
        'the guard of giving back',
      ],
      [
        'sql`${guard} and ${smsVolume.slot} =',
        'sql`${smsVolume.slot} =',
        'the guard of counting a use',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/tries.ts',
    ['users', 'smscode', 'races', 'faults', 'proof/late'],
    [
      ['        lt(smsIssues.attempts, SMS_CODE_TRIES),\n', '', 'the limit of five tries'],
      [
        'sql`${smsIssues.attempts} + 1`',
        'sql`${smsIssues.attempts} + 0`',
        'a try being taken before the code is compared',
      ],
      ['        gt(smsIssues.expiresAt, now),\n', '', 'no try at an expired code'],
      ['        isNull(smsIssues.usedAt),\n', '', 'no try at a used code'],
      ['        not(isRegistered(mobile)),\n', '', 'no try for a registered mobile'],
      ['row.usedAt !== null || ', '', 'a used code being dead'],
      ['(row.expiresAt ?? 0) <= now', '(row.expiresAt ?? 0) < 0', 'an expired code being dead'],
      [
        '(row.expiresAt ?? 0) <= now',
        '(row.expiresAt ?? 0) < now',
        'the last millisecond of a code',
      ],
      [
        'order by ${desc(smsIssues.issuedAt)}',
        'order by ${smsIssues.issuedAt}',
        'the newest code counting',
      ],
      [", eq(smsIssues.outcome, 'sent'))", ')', 'only a sent code counting'],
      ['eq(smsIssues.purpose, purpose), ', '', 'a code being for one purpose'],
      [
        'if (take && row.attemptedBy === requestId)',
        'if (take)',
        'the try being ours (a loser of the race compares too)',
      ],
      ['await giveBack(ledger, perhapsTaken);', '', 'giving back a try whose answer was lost'],
      [
        'await giveBack(ledger, eq(smsIssues.issueId, issueId));',
        '',
        'giving back a try after a fault',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/send.ts',
    ['smscode', 'faults', 'proof/late'],
    [
      [
        "await settleQuietly(ledger, issue, 'refused'); // no vendor was asked",
        '',
        'freeing the slot when the code could not be stored',
      ],
      ['await settleQuietly(ledger, issue, outcome);', '', 'settling what the vendor did not send'],
      ['await settleIssue(ledger, issue, outcome); //', '//', 'settling what the vendor sent'],
      ["outcome !== 'sent'", 'outcome === "refused"', 'an unknown outcome being none'],
    ],
  ),
  ...mutantsOf(
    'src/sms/deliver.ts',
    ['smscode'],
    [
      [
        "if (result.outcome === 'unknown') outcome = 'unknown';",
        '',
        'unknown being worse than refused',
      ],
      [
        'await withDeadline(timeoutMs, provider.send(message, controller.signal))',
        'await provider.send(message, controller.signal)',
        'the deadline of a vendor',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/codes.ts',
    ['faults', 'users'],
    [
      [
        "throw new Fault('code_unreadable', cause, KV_STALE_MS);",
        "return '';",
        'a lost record being a fault and not a wrong code',
      ],
    ],
  ),
];
