/** What `data` holds after a success. Each schema is held to what its handler returns, by its type and by every test. */
import * as z from 'zod';
import type { exportAccount, listEvents } from '../src/account/export.ts';
import type { listSessions } from '../src/sessions/owned.ts';
import { securityEvents, smsIssues } from '../src/db/schema.ts';
import { MOBILE } from '../src/lib/mobile.ts';
import { PURPOSES } from '../src/sms/purpose.ts';
import type { presentUser } from '../src/users/users.ts';

type Returned<F extends (...given: never[]) => unknown> = Awaited<ReturnType<F>>;

const count = z.int().min(0);
const localTime = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/)
  .meta({ description: 'UTC+8', examples: ['2026-11-22 16:00:00'] });

const kind = z.enum(securityEvents.kind.enumValues);

export const user = z.object({
  user_id: count,
  name: z
    .string()
    .min(1)
    .meta({ description: 'The mobile until it is changed. Harmless as HTML.' }),
  mobile: z.string().regex(MOBILE),
  avatar: z.string().meta({ description: "A URL of the older service's, or nothing." }),
  create_time: localTime,
}) satisfies z.ZodType<Returned<typeof presentUser>>;

export const userId = z.object({ user_id: count });
export const name = z.object({ name: z.string().min(1) });

const session = z.object({
  id: z.string().meta({ description: 'For `DELETE /sessions/{id}`. Not the token.' }),
  current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
  device: z
    .string()
    .meta({ description: 'Such as "Chrome on Windows", in the language asked for.' }),
  created_at: localTime,
  last_seen_at: localTime,
});
export const sessions = z.object({
  sessions: z.array(session) satisfies z.ZodType<Returned<typeof listSessions>>,
});

const event = z.object({ kind, device: z.string(), at: localTime });
export const events = z.object({
  events: z.array(event) satisfies z.ZodType<Returned<typeof listEvents>>,
});

export const everything = z.object({
  user,
  sessions: z.array(
    z.object({
      id: z.string(),
      user_agent: z.string(),
      created_at: localTime,
      last_seen_at: localTime,
      expires_at: localTime,
    }),
  ),
  events: z.array(z.object({ kind, user_agent: z.string(), at: localTime })),
  sms_codes: z.array(
    z.object({
      purpose: z.enum(PURPOSES),
      issued_at: localTime,
      tries: count,
      used_at: localTime.nullable(),
      outcome: z.enum(smsIssues.outcome.enumValues),
    }),
  ),
  login_tries: z.array(z.object({ count, until: localTime })),
}) satisfies z.ZodType<Returned<typeof exportAccount>>;
