import type { D1Migration } from '@cloudflare/vitest-plugin';

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
      /** Settings of the generated tests; '' where the environment says nothing. */
      PROOF_RUNS: string;
      PROOF_SEED: string;
      PROOF_PATH: string;
    }
  }
}
