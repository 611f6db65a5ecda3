/** A real Chromium. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

/** Where screenshots go. */
export const ARTIFACTS = fileURLToPath(new URL('artifacts/', import.meta.url));
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export async function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    const ways =
      '`apt-get install chromium`, or set CHROMIUM_PATH (`npx playwright install chromium`)';
    throw new Error(`There is no Chromium at ${CHROMIUM}: ${ways}.`);
  }
  mkdirSync(ARTIFACTS, { recursive: true });
  const quiet = ['background-networking', 'component-update', 'sync'].map(
    (what) => `--disable-${what}`,
  );
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', ...quiet],
  });
}
