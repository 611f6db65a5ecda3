/** The schema of each answer, made of the table that answers are made of. */
import { answerOf, type Reason } from '../src/answers.ts';
import { SMS_CODE_TRIES } from '../src/config.ts';

/** These say in `data` and in `Retry-After` how many seconds to wait. */
const WAITS: ReadonlySet<Reason> = new Set<Reason>([
  'address_limited',
  'sms_cooldown',
  'sms_capped',
  'sms_budget',
  'sms_braked',
  'login_exhausted',
  'code_unreadable',
]);

export const mustWait = (reason: Reason) => WAITS.has(reason);

export const statusOf = (reason: Reason, mode: '200' | 'semantic') =>
  answerOf(reason, 'zh', mode).status;

export const errnoOf = (reason: Reason) => answerOf(reason, 'zh', '200').body.errno;

/** Such as `SmsCooldown`. */
export const schemaName = (reason: Reason) =>
  reason.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What `data` holds of a refusal, and an example of it; nothing for one without data. */
function dataOf(reason: Reason) {
  if (mustWait(reason)) {
    const retry_after = { type: 'integer', minimum: 1, description: 'Seconds' };
    return { schema: objectOf({ retry_after }), example: { retry_after: 60 } };
  }
  if (reason !== 'code_wrong') return undefined;
  const attempts_left = {
    type: 'integer',
    minimum: 0,
    maximum: SMS_CODE_TRIES,
    description: 'Tries that this code has left',
  };
  return { schema: objectOf({ attempts_left }), example: { attempts_left: 4 } };
}

/** The envelope of a refusal, both texts, and an example where it has data. */
export function refusalSchema(reason: Reason) {
  const data = dataOf(reason);
  if (data === undefined) return envelopeOf(reason, undefined);
  const { body } = answerOf(reason, 'zh', '200');
  return { ...envelopeOf(reason, data.schema), examples: [{ ...body, data: data.example }] };
}

/** The envelope of an answer, with the schema of its data. */
export function envelopeOf(reason: Reason, data: object | undefined) {
  const zh = answerOf(reason, 'zh', '200').body;
  const en = answerOf(reason, 'en', '200').body;
  return objectOf({
    errno: { type: 'string', const: zh.errno },
    errmsg: { type: 'string', enum: [...new Set([zh.errmsg, en.errmsg])] },
    ...(data && { data }),
  });
}

/** All properties are required, and there is none beside them. */
function objectOf(properties: object) {
  const required = Object.keys(properties);
  return { type: 'object', properties, required, additionalProperties: false };
}
