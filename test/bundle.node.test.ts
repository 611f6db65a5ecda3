/** The bundle is what every new isolate reads before its first request, so its size is held. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

/** Bytes, as `wrangler deploy` bundles it, after gzip -9. */
const LIMIT = 90_000;
const TIMEOUT_MS = 120_000;

it('is small', { timeout: TIMEOUT_MS }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'edge-signup-bundle-'));
  const wrangler = 'node_modules/wrangler/bin/wrangler.js';
  await promisify(execFile)(process.execPath, [
    wrangler,
    'deploy',
    '--dry-run',
    '--outdir',
    directory,
  ]);
  const script = await readFile(join(directory, 'index.js'));
  await rm(directory, { recursive: true });
  expect(gzipSync(script, { level: 9 }).byteLength).toBeLessThanOrEqual(LIMIT);
});
