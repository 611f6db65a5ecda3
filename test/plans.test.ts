/** What stands behind the rule of support/setup.ts that every test ends with. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { scansOf } from './support/plans.ts';
import { takeStatements } from './support/stores.ts';
import { createWorld, MOBILE, PASSWORD } from './support/world.ts';

describe('the plan of a statement', () => {
  it('shows when it would look at a whole table', async () => {
    const scans = await scansOf(env.DB, [
      `select 1 from users where name = 'a?' and id <> ?`,
      'delete from sessions where last_seen_at < ?',
      'select 1 from users where mobile = ?',
    ]);
    expect(scans).toEqual([
      expect.stringMatching(/^SCAN users: /),
      expect.stringMatching(/^SCAN sessions: /),
    ]);
  });

  it('is asked for of whatever the worker prepares', async () => {
    const world = createWorld();
    await world.signUp();
    await world.logIn(MOBILE, PASSWORD);
    const statements = takeStatements();
    expect(statements.length).toBeGreaterThan(15);
    expect(await scansOf(env.DB, statements)).toEqual([]);
  });
});
