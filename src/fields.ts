/** The fields that bodies and queries are made of. The messages of all schemas are reasons, so that one hook can answer. */
import * as z from 'zod/mini';
import type { Reason } from './answers.ts';
import { MOBILE } from './lib/mobile.ts';
import { refuse } from './lib/schema.ts';
import { nameOf } from './users/name.ts';
import { passwordProblem } from './users/password.ts';

/** Why a field is refused: it is not there, or it is something else. */
const absentOr =
  (missing: Reason) =>
  ({ input }: { input?: unknown }): Reason =>
    input === undefined ? missing : 'parameter_malformed';

/** A text that must be there. */
export const requiredText = (missing: Reason) =>
  // `minLength` would measure arrays too
  z.string({ error: absentOr(missing) }).check(z.refine((text) => text !== '', missing));

export const mobileText = (missing: Reason) =>
  requiredText(missing).check(z.regex(MOBILE, 'mobile_malformed' satisfies Reason));

/** A password to be: one that may be chosen. */
export const newPassword = (missing: Reason) =>
  requiredText(missing).check(
    z.superRefine((password, context) => {
      const problem = passwordProblem(password);
      if (problem !== null) context.addIssue(problem);
    }),
  );

/** A name as it will be stored. */
export const nameText = (missing: Reason) =>
  z.pipe(
    requiredText(missing),
    z.transform(
      (text, context) => nameOf(text) ?? refuse(context, 'name_malformed' satisfies Reason),
    ),
  );

/** Old clients may send the code as a number, which has lost its leading zeros. */
export const smsCode = (missing: Reason) =>
  z.union(
    [
      requiredText(missing),
      z.pipe(
        z.number(),
        z.transform((number) => String(number).padStart(6, '0')),
      ),
    ],
    { error: absentOr(missing) },
  );

/**
 * A body that proves who sent it by `password`, or, if it has none, by `sms_code`. A union would complain of both;
 * `anyOf` tells what it is made of.
 */
export function byPasswordOrCode<P extends z.ZodMiniType, C extends z.ZodMiniType>(
  byPassword: P,
  byCode: C,
) {
  const proof = z.transform((body: z.input<P> | z.input<C>, context): z.output<P> | z.output<C> => {
    const names = Object.keys(Object(body));
    const isByCode = names.includes('sms_code') && !names.includes('password');
    const parsed = (isByCode ? byCode : byPassword).safeParse(body);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) {
      context.issues.push({ code: 'custom', message, path, input: body });
    }
    return z.NEVER;
  });
  return Object.assign(proof, { anyOf: [byPassword, byCode] as const });
}
