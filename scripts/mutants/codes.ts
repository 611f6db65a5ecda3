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
        '.onConflictDoUpdate({ target: [captchaClaims.expiresAt, captchaClaims.drawId], set: { requestId } })',
        'the first claim winning: a spent drawing is spent again',
      ],
      ['return claimed === requestId;', 'return true;', 'whose claim it is, after a wrong text'],
      [
        "if (claimed === null) throw new Error('the drawing was not claimed');",
        '',
        'the check that the spending was recorded, before "differs" is said',
      ],
    ],
  ),
  ...mutantsOf(
    'src/captcha/captcha.ts',
    ['captcha', 'smscode'],
    [
      ['held.expires_at <= asker.now', 'held.expires_at < 0', 'the end of a captcha'],
      [
        'held.expires_at <= asker.now',
        'held.expires_at < asker.now',
        'the last millisecond of a captcha',
      ],
      ["right ? 'right' : 'wrong'", "right ? 'right' : 'right'", 'the comparison of the text'],
    ],
  ),
  ...mutantsOf(
    'src/sms/issues.ts',
    ['smscode', 'races', 'faults', 'costs', 'proof/late', 'sms/failover', 'proof/every-fault'],
    [
      [
        '(${refusal} is not null or ${caps.cooldownSince} is null)',
        '(${refusal} is not null or true)',
        'the cooldown before a claim',
      ],
      ['not ${forestalled} and (', '(', 'a send that was given up never being opened'],
      [
        "batch('forestall', 'verdict')",
        "batch('verdict')",
        'giving up a send whose batch had no answer',
      ],
      [
        "${isIssue(at)} and ${eq(smsIssues.outcome, 'pending')})`",
        '${isIssue(at)})`',
        'a send that was given up not being open',
      ],
      [
        "if (recalled) throw new Error('what stood in the way may be gone');",
        '',
        'no word of a brake that may not be on',
      ],
      [
        'sql`${opened} or ${refusal} is not null or ${owner} is not ${requestId}`',
        'sql`false`',
        'no reckoning of the day where nobody waits for it',
      ],
      ['where ${owner} = ${requestId} and', 'where', 'the claim before an issue'],
      [' and ${refusal} is null\n', '\n', 'the question whether the mobile may have this code'],
      ['and ${caps.hourSince} is null and', 'and', 'the cap of the hour'],
      ['and ${caps.daySince} is null and', 'and', 'the cap of the day'],
      ['is null and ${caps.failuresSince} is null', 'is null', 'the cap of failures'],
      ['and ${hasRoom(slot, budget, policy, enforced)}', '', 'budget and brake'],
      [
        'const since = Math.min(row.cooldownSince, now);',
        'const since = row.cooldownSince;',
        'the cooldown never exceeding 60 s',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/caps.ts',
    ['smscode', 'races', 'faults', 'proof/late'],
    [
      ["in ('pending', 'sent')`, 1)", "in ('sent')`, 1)", 'the cooldown of a pending issue'],
      ["not in ('refused', 'unsent')`", "not in ('unsent')`", 'a refused send not counting'],
      [
        "not in ('refused', 'unsent')`",
        "not in ('refused')`",
        'what our own store kept from being sent not counting',
      ],
      ["in ('refused', 'unknown')`", "in ('refused')`", 'an unknown send counting as a failure'],
      ['offset ${limit - 1}', 'offset ${limit}', 'the last one of a window (one too many)'],
      ['> ${now} - ${windowMs}', '>= ${now} - ${windowMs}', 'the exact end of a window'],
    ],
  ),
  ...mutantsOf(
    'src/sms/settle.ts',
    ['smscode', 'faults', 'sms/failover', 'proof/late', 'proof/every-fault'],
    [
      [
        'sql`exists (select 1 from ${smsIssues} where ${isPending})`',
        'sql`true`',
        'the count being corrected once only',
      ],
      [
        'correct, settle, used };',
        'settle, correct, used };',
        'correcting the count before settling',
      ],
      [
        '    reportBudget(ledger, verdictOf(used).used, more, budget);\n',
        '',
        'saying that a failover has used up the budget',
      ],
      ['more = sms - 1;', 'more = Math.min(sms - 1, 0);', 'counting every SMS of a failover'],
      ["outcome !== 'sent' ? sms : more", 'false ? sms : more', 'dead codes not being judged'],
      ['isJudged(purpose) &&', '', 'a code for an account being taken off once'],
      [
        "throw new Error('the issue is not there to settle');",
        'return true;',
        'the check that the settling was recorded',
      ],
      [
        'return issued.expiresAt > now;',
        'return true;',
        'a code that was ended meanwhile being dead',
      ],
      ['...forestall, correct', 'correct', 'a send that failed in our own store being given up'],
    ],
  ),
  ...mutantsOf(
    'src/sms/volume.ts',
    ['smscode', 'races', 'faults'],
    [
      ['where issued >= ${budget}', '', 'the wait until the budget has room'],
      ['${volume(slot)} < ${budget}', '${volume(slot)} <= ${budget}', 'the last SMS of the budget'],
      ['return purpose ===', 'return purpose !==', 'the fifth that is kept from sign-up'],
      ['&& !isTrickle', '', 'the trickle through the brake'],
      ['and not ${isBraked(slot, policy)}', '', 'the brake'],
      [
        'sum(verified, MATURE_SLOTS)} < ${policy.SMS_BRAKE_RATIO} * ${sum(codes, MATURE_SLOTS)}',
        'sum(verified, 1)} < ${policy.SMS_BRAKE_RATIO} * ${sum(codes, 1)}',
        'the brake judging only codes whose life is over',
      ],
      ['>= ${policy.SMS_BRAKE_FLOOR}', '>= 0', 'the floor of the brake'],
      [
        'const codes = sql`${smsVolume.issued} - ${smsVolume.unjudged}`',
        'const codes = sql`${smsVolume.issued}`',
        'the brake being no judge of vendors',
      ],
      ['isJudged(purpose) ?', 'true ?', 'the brake being no judge of codes for accounts'],
      [
        '.where(and(eq(smsVolume.slot, slot), guard))',
        '.where(eq(smsVolume.slot, slot))',
        'the guard of correcting the count',
      ],
      [
        'sql`${guard} and ${eq(smsVolume.slot, slot)}`',
        'eq(smsVolume.slot, slot)',
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
      ['        sql`${refusal} is null`,\n', '', 'no try for a registered mobile'],
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
        'if (take && row.attemptedBy?.includes(requestId))',
        'if (take)',
        'the try being ours (a loser of the race compares too)',
      ],
      ['await giveBack(ledger, perhapsTaken);', '', 'giving back a try whose answer was lost'],
      [
        "coalesce(${smsIssues.attemptedBy} || ' ', '') || ${requestId}",
        '${requestId}',
        'knowing a try as one’s own after another one was taken',
      ],
      ['await giveBack(ledger, isIssue(issue));', '', 'giving back a try after a fault'],
    ],
  ),
  ...mutantsOf(
    'src/sms/redeem.ts',
    ['users', 'races', 'faults', 'blocked', 'proof/late'],
    [
      ['return right ? await act', 'return true ? await act', 'the comparison of the code'],
      ['SMS_CODE.test(code)', 'true', 'text that is no code charging no try'],
      ['    await returnTry(ledger, issue);\n', '', 'giving the try back after a fault'],
      ['        isNull(smsIssues.usedAt),\n', '', 'a code being used once'],
      [
        '        gt(smsIssues.expiresAt, now),\n',
        '',
        'a code that was ended meanwhile not being used',
      ],
      ['        sql`${refusalOf(issue, now)} is null`,\n', '', 'a code making no second account'],
      [
        'sql`${refusalOf(issue, now)} is null`',
        "sql`coalesce(${refusalOf(issue, now)}, 'user_blocked') = 'user_blocked'`",
        'a mobile that was blocked meanwhile using no code',
      ],
    ],
  ),
  ...mutantsOf(
    'src/sms/send.ts',
    ['smscode', 'faults', 'proof/late'],
    [
      [
        'await settleQuietly(ledger, issue, UNSENT, sms.policy); // it may be open without our knowing',
        '',
        'freeing the slot when our own store failed',
      ],
      [
        'const live = await settleQuietly(ledger, issue, delivery, sms.policy)',
        "const live = delivery.outcome === 'sent' && (await settleQuietly(ledger, issue, delivery, sms.policy))",
        'settling what the vendor did not send',
      ],
      [
        'const live = await settleQuietly(ledger, issue, delivery, sms.policy)',
        "const live = delivery.outcome === 'sent' || (await settleQuietly(ledger, issue, delivery, sms.policy))",
        'settling what the vendor sent',
      ],
      ['return live ?', 'return true ?', 'a code being dead whose sending was not recorded'],
      ["outcome !== 'sent'", 'outcome === "refused"', 'an unknown outcome being none'],
    ],
  ),
  ...mutantsOf(
    'src/sms/deliver.ts',
    ['smscode', 'sms/failover'],
    [
      [
        "if (result.outcome !== 'refused') sms += 1;",
        "if (result.outcome === 'sent') sms += 1;",
        'unknown being worse than refused',
      ],
      ['timeoutMs < leastMs', 'timeoutMs <= 0', 'a vendor with no time left not being asked'],
      ['sms += 1', 'sms = 1', 'every vendor counting that may have sent'],
      ['    controller.abort();\n', '', 'calling off what took too long'],
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
