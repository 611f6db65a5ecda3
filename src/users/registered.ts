import { eq, sql } from 'drizzle-orm';
import { users } from '../db/schema.ts';

/** SQL: whether the mobile has an account (0 or 1). */
export const isRegistered = (mobile: string) =>
  sql<number>`exists (select 1 from ${users} where ${eq(users.mobile, mobile)})`;
