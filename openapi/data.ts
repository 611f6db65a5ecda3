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
  .meta({ description: 'China time, UTC+8', examples: ['2026-11-22 16:00:00'] });
const about = (description: string) => localTime.meta({ description: `${description}; UTC+8` });
const mobile = z
  .string()
  .regex(MOBILE)
  .meta({ examples: ['13800138000'] });
const newName = z
  .string()
  .min(1)
  .meta({ examples: ['小明'] });
const device = z.string().meta({
  description: 'In the language asked for',
  examples: ['Chrome on Windows'],
});
const userAgent = z.string().meta({ description: 'As the browser sent it' });

const kind = z.enum(securityEvents.kind.enumValues);

export const user = z.object({
  user_id: count,
  name: newName.meta({ description: 'The mobile until it is changed; harmless as HTML' }),
  mobile,
  avatar: z.string().meta({ description: "A URL of the older service's, or nothing" }),
  create_time: localTime,
}) satisfies z.ZodType<Returned<typeof presentUser>>;

export const userId = z.object({ user_id: count });
export const name = z.object({ name: newName });

const lastSeen = about('Exact to half a day');
const session = z.object({
  id: z.string().meta({ description: 'For `DELETE /sessions/{id}`; not the token' }),
  current: z.boolean().meta({ description: 'Whether it is the one that asks' }),
  device,
  created_at: localTime,
  last_seen_at: lastSeen,
});
export const sessions = z.object({
  sessions: z.array(session) satisfies z.ZodType<Returned<typeof listSessions>>,
});

const event = z.object({ kind, device, at: localTime });
export const events = z.object({
  events: z.array(event) satisfies z.ZodType<Returned<typeof listEvents>>,
});

export const everything = z.object({
  user,
  sessions: z.array(
    z.object({
      id: z.string(),
      user_agent: userAgent,
      created_at: localTime,
      last_seen_at: lastSeen,
      expires_at: localTime,
    }),
  ),
  events: z.array(z.object({ kind, user_agent: userAgent, at: localTime })),
  sms_codes: z.array(
    z.object({
      purpose: z.enum(PURPOSES),
      issued_at: localTime,
      tries: count.meta({ description: 'Wrong and right' }),
      used_at: about('Null until the code is spent').nullable(),
      outcome: z.enum(smsIssues.outcome.enumValues),
    }),
  ),
  login_tries: z.array(
    z.object({
      count: count.meta({ description: 'At the password' }),
      until: about('When they are forgotten'),
    }),
  ),
}) satisfies z.ZodType<Returned<typeof exportAccount>>;
