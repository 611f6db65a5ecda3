/** A real Chromium, and a page in it that fails the test on any console error. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Service } from './service.ts';

const ARTIFACTS = fileURLToPath(new URL('artifacts/', import.meta.url));
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

/** What a test sees of one visitor. */
export interface Visit {
  page: Page;
  /** Answers of the API that the page has asked for, by path. */
  asked: string[];
  screenshot: (name: string) => Promise<void>;
  /** Types the captcha that is shown. */
  solve: () => Promise<void>;
  /** The code that was sent to the mobile. */
  code: (mobile: string) => Promise<string>;
}

/** Opens the pages as a new visitor and hands them to `test`; then nothing may have gone wrong in the console. */
export async function visit(
  browser: Browser,
  service: Service,
  options: BrowserContextOptions,
  test: (visit: Visit) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith('/api/')) asked.push(`${request.method()} ${url.pathname}`);
  });
  try {
    await page.goto(service.origin);
    await test({
      page,
      asked,
      screenshot: async (name) => {
        await page.screenshot({ path: `${ARTIFACTS}${name}.png`, fullPage: true });
      },
      solve: async () => {
        await page.locator('.picture[data-state="ready"]').waitFor();
        const source = (await page.locator('#captcha-picture').getAttribute('src')) ?? '';
        const text = await service.line(`dev captcha ${source.split('/').at(-1)}`);
        await page.fill('#captcha', text);
      },
      code: (mobile) => service.line(`dev sms ${mobile}`),
    });
    assert.deepEqual(
      errors.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED')),
      [],
    );
  } catch (error) {
    await page.screenshot({ path: `${ARTIFACTS}failed.png`, fullPage: true });
    throw error;
  } finally {
    await context.close();
  }
}
