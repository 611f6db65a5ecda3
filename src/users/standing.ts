import { eq, sql } from 'drizzle-orm';
import type { Place } from '../db/written.ts';
import { blockedMobiles, users } from '../db/schema.ts';

/** SQL: whether an operator has blocked the mobile (0 or 1). */
export const isBlocked = (mobile: Place<string>) =>
  sql<number>`exists (select 1 from ${blockedMobiles} where ${eq(blockedMobiles.mobile, mobile)})`;

/** SQL: whether the mobile has an account (0 or 1). */
export const isRegistered = (mobile: Place<string>) =>
  sql<number>`exists (select 1 from ${users} where ${eq(users.mobile, mobile)})`;
