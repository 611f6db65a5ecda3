import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, vi } from 'vitest';
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
  const scans = await scansOf(env.DB, takeStatements());
  if (scans.length > 0) throw new Error(`Whole tables were read:\n${scans.join('\n')}`);
  await reset();
});
