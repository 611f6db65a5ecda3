import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const migrations = await readD1Migrations(path('./migrations'));

export default defineConfig({
  test: {
    projects: [
      {
        // The rules, on the real worker with real D1 and KV in workerd.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              compatibilityFlags: ['nodejs_compat'], // of the test runner; the worker needs none
              bindings: { TEST_MIGRATIONS: migrations },
            },
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.node.test.ts', 'test/e2e/**'],
          setupFiles: ['./test/support/setup.ts'],
        },
      },
      {
        // Pure computation that wants more time than a worker is given.
        test: { name: 'node', include: ['test/**/*.node.test.ts'] },
      },
    ],
  },
});
