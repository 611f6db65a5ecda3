import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const migrations = await readD1Migrations(path('./migrations'));

/** How long and which the generated tests are: see docs/guarantees.md. Workers cannot see the environment. */
const proofSettings = Object.fromEntries(
  ['PROOF_RUNS', 'PROOF_SEED', 'PROOF_PATH'].map((name) => [name, process.env[name] ?? '']),
);

export default defineConfig({
  test: {
    testTimeout: 30_000, // whole services are asked, perhaps on a busy machine
    sequence: { shuffle: { tests: true } }, // no test may need another; the seed is printed
    maxWorkers: '100%', // by default a core is left idle, which is half of a small machine
    projects: [
      {
        extends: true,
        // The rules, on the real worker with real D1 and KV in workerd.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              compatibilityFlags: ['nodejs_compat'], // of the test runner; the worker needs none
              bindings: { TEST_MIGRATIONS: migrations, ...proofSettings },
            },
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.node.test.ts', 'test/e2e/**'],
          setupFiles: ['./test/support/setup.ts'],
          globalSetup: ['./test/support/sms-stub/global-setup.ts'],
        },
      },
      {
        // Pure computation that wants more time than a worker is given.
        extends: true,
        test: { name: 'node', include: ['test/**/*.node.test.ts'] },
      },
    ],
  },
});
