import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { scansOf } from './plans.ts';
import { takeStatements } from './stores.ts';

/** Every test starts on empty stores with the schema that the migrations make. */
beforeEach(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

/** Whatever a test makes the worker ask of D1 finds its rows by a key or an index, however many there are. */
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  expect(await scansOf(env.DB, takeStatements())).toEqual([]);
  await reset();
});
