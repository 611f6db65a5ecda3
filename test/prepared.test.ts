/** Batches of prepared statements: `src/db/prepared.ts`. */
import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { describe, expect, it } from 'vitest';
import { blockedMobiles } from '../src/db/schema.ts';
import { preparedBatch } from '../src/db/prepared.ts';

function blocking() {
  const texts: string[] = [];
  const block = preparedBatch(
    ['mobile', 'now'],
    (db, at, { guard }: { guard: 'true' | 'false' }) => {
      texts.push(guard);
      const where = sql.raw(guard);
      const insert = sql`select ${at.mobile}, ${at.now} where ${where}`;
      return {
        block: db.insert(blockedMobiles).select(insert),
        found: db.select().from(blockedMobiles).where(eq(blockedMobiles.mobile, at.mobile)),
      };
    },
  );
  return { block, texts };
}

describe('prepared batches', () => {
  it('run with the values of each request, and give their results by name', async () => {
    const { block } = blocking();
    const db = drizzle(env.DB);
    for (const [mobile, now] of [
      ['13800138000', 1],
      ['13800138001', 2],
    ] as const) {
      const batch = block(db, { guard: 'true' }, { mobile, now });
      const row = [{ mobile, blockedAt: now }];
      expect((await batch()).found).toEqual(row);
      expect(await batch('found')).toEqual({ found: row });
    }
  });

  it('are written once for each shape and database', async () => {
    const { block, texts } = blocking();
    const values = { mobile: '13800138000', now: 1 };
    const [one, other] = [drizzle(env.DB), drizzle(env.DB)];
    for (const db of [one, one, other]) block(db, { guard: 'false' }, values);
    const batch = block(one, { guard: 'true' }, values);
    expect(texts).toEqual(['false', 'false', 'true']);
    expect((await batch()).found).toHaveLength(1);
  });

  it('happen all or none', async () => {
    const twice = preparedBatch(['mobile'], (db, { mobile }) => {
      const insert = db.insert(blockedMobiles).select(sql`select ${mobile}, 1 where true`);
      return { once: insert, again: insert };
    });
    const db = drizzle(env.DB);
    const batch = twice(db, {}, { mobile: '13800138000' });
    await expect(batch()).rejects.toThrow('UNIQUE');
    expect(await db.select().from(blockedMobiles)).toEqual([]);
  });
});
