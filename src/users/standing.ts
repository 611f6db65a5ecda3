import { eq, sql } from 'drizzle-orm';
import type { Param } from '../db/prepared.ts';
import { blockedMobiles, users } from '../db/schema.ts';

/** SQL: whether an operator has blocked the mobile (0 or 1). */
export const isBlocked = (mobile: Param<string>) =>
  sql<number>`exists (select 1 from ${blockedMobiles} where ${eq(blockedMobiles.mobile, mobile)})`;

/** SQL: whether the mobile has an account (0 or 1). */
export const isRegistered = (mobile: Param<string>) =>
  sql<number>`exists (select 1 from ${users} where ${eq(users.mobile, mobile)})`;
