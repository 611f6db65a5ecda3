/** A real Chromium. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

/** Where screenshots go. */
export const ARTIFACTS = fileURLToPath(new URL('artifacts/', import.meta.url));
/** Debian's, the one without windows first: it takes two thirds of the time. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

export async function launch(): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH'];
  const places = named === undefined ? PLACES : [named];
  const executablePath = places.find((place) => existsSync(place));
  if (executablePath === undefined) {
    const ways =
      '`apt-get install chromium-headless-shell`, or set CHROMIUM_PATH (`npx playwright install chromium`)';
    throw new Error(`There is no Chromium at ${places.join(' or ')}: ${ways}.`);
  }
  mkdirSync(ARTIFACTS, { recursive: true });
  const quiet = ['background-networking', 'component-update', 'sync'].map(
    (what) => `--disable-${what}`,
  );
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', ...quiet],
  });
}
