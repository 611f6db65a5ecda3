/** A visitor with a page, which fails the test on any console error, and what tests do and look for in it. */
import assert from 'node:assert/strict';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ARTIFACTS } from './chromium.ts';
import { PASSWORD, world } from './world.ts';

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const DESKTOP = { viewport: { width: 1280, height: 800 } };

let failures = 0;

/** What a test sees of one visitor. */
export interface Visit {
  page: Page;
  origin: string;
  /** Requests to the API that the page has made: method and path. */
  asked: string[];
  screenshot: (name: string) => Promise<void>;
  /** Types the captcha that is shown. */
  solve: () => Promise<void>;
  /** The code that was sent to the mobile. */
  code: (mobile: string) => Promise<string>;
}

interface Options extends BrowserContextOptions {
  /** The view to open: the URL's fragment. */
  view?: string;
  /** The mobile of the user to be logged in. */
  as?: string;
  /** What the console may say: only tests that cut the connection expect anything. */
  mayLog?: string;
}

/** Opens the pages as a new visitor and hands them to `test`; then nothing may have gone wrong in the console. */
export async function visit(
  { view = '', as, mayLog, ...options }: Options,
  test: (visit: Visit) => Promise<void>,
): Promise<void> {
  const { browser, service } = await world();
  const context = await browser.newContext({ locale: 'en-US', ...PHONE, ...options });
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
  const { origin } = service;
  try {
    if (as !== undefined) await logInAs(page, origin, as);
    await page.goto(`${origin}/#${view}`);
    await page.locator('main > section:not([hidden])').waitFor();
    await test({
      page,
      origin,
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
    const unexpected = errors.filter((text) => mayLog === undefined || !text.includes(mayLog));
    assert.deepEqual(unexpected, []);
  } catch (error) {
    await page.screenshot({ path: `${ARTIFACTS}failed-${(failures += 1)}.png`, fullPage: true });
    throw error;
  } finally {
    await context.close();
  }
}

/** The log-in without the page, for tests of what comes after it. */
async function logInAs(page: Page, origin: string, mobile: string): Promise<void> {
  const data = { mobile, password: PASSWORD };
  const reply = await page.request.post(`${origin}/api/v1.0/sessions`, { data });
  assert.equal(((await reply.json()) as { errno: string }).errno, '0');
}

/** Lets the page have this answer from now on. */
export async function answer(
  page: Page,
  path: string,
  errno: string,
  data: object = {},
): Promise<void> {
  const url = `**/api/v1.0/${path}`;
  await page.unroute(url);
  await page.route(url, (route) => route.fulfill({ json: { errno, errmsg: 'A text.', data } }));
}

/** Keeps what the page asks from the service until what this returns is called. */
export async function hold(page: Page, path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(`**/api/v1.0/${path}`, async (route) => {
    await promise;
    await route.fallback();
  });
  return resolve;
}

export const focused = (page: Page) => page.evaluate<string>('document.activeElement.id');

/** Waits until the element says something, and returns what. */
export async function said(page: Page, selector: string): Promise<string> {
  const element = page.locator(`${selector}:not(:empty)`);
  await element.waitFor();
  return (await element.textContent()) ?? '';
}

/** Waits for the view's section. */
export const at = (page: Page, section: string) =>
  page.locator(`#${section}:not([hidden])`).waitFor();

/** Clicks a link to another view and waits until that is shown: the browser tells the page of it in a task of its own. */
export async function follow(page: Page, link: string): Promise<void> {
  await page.click(link);
  await page.locator('h1:focus').waitFor();
}

/** Goes to another view by its address, and waits likewise. */
export async function open(page: Page, view: string): Promise<void> {
  if (await page.evaluate(`location.hash === '#${view}'`)) return;
  await page.evaluate(`location.hash = '${view}'`);
  await page.locator('h1:focus').waitFor();
}

/** From the first step of whatever takes a code to the second. */
export async function askForCode({ page, solve, code }: Visit, mobile?: string): Promise<string> {
  if (mobile !== undefined) await page.fill('#mobile', mobile);
  await solve();
  await page.click('#send');
  await at(page, 'code');
  return code(await page.inputValue('#sent-to'));
}
