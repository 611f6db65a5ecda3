/** Log-in, the account, and what is the same on every page. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, visit, type Visit } from './browser.ts';
import { type Service, startService } from './service.ts';

const MOBILE = '13700000001';
const OTHER_MOBILE = '13700000002';

let service: Service;
let browser: Browser;

before(async () => {
  browser = await launch(); // first: without a browser no service is left behind
  service = await startService();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const open = (test: (v: Visit) => Promise<void>) =>
  visit(browser, service, { viewport: { width: 390, height: 844 } }, test);

async function logIn(page: Page, mobile = MOBILE): Promise<void> {
  await page.click('#signup .aside a');
  await page.fill('#login-mobile', mobile);
  await page.fill('#password', 'not this one');
  await page.click('#login-form .primary');
}

it('a wrong password is said beside it, then how long to wait', async () => {
  await open(async ({ page }) => {
    await logIn(page);
    const notice = page.locator('#login-form .notice:not(:empty)');
    for (let failures = 1; failures <= 5; failures++) {
      await page.locator('#password-error:not(:empty)').waitFor();
      assert.equal(await page.evaluate('document.activeElement.id'), 'password');
      await page.fill('#password', `not this one ${failures}`);
      await page.click('#login-form .primary');
    }
    await notice.waitFor();
    assert.match((await notice.textContent()) ?? '', /10 min/);
  });
});

it('an answer that is not JSON is told apart from a refusal', async () => {
  await open(async ({ page }) => {
    const body = '<html>Please log in to the airport</html>';
    await page.route('**/sessions', (route) => route.fulfill({ contentType: 'text/html', body }));
    await logIn(page);
    const notice = page.locator('#login-form .notice:not(:empty)');
    assert.match((await notice.textContent()) ?? '', /Wi-Fi/);
  });
});

it('a service in trouble can be tried again, and the way one wanted to go is kept', async () => {
  await open(async ({ page }) => {
    const json = { errno: '4001', errmsg: 'A text.' };
    await page.route('**/session', (route) => route.fulfill({ json }));
    await page.goto(`${service.origin}/#login`);
    await page.reload();
    await page.locator('#trouble').waitFor();
    await page.unroute('**/session');
    await page.click('#trouble-form button');
    await page.locator('#login').waitFor();
  });
});

it('a name is shown as text, whatever it is', async () => {
  await open(async ({ page }) => {
    const name = '<img src=x onerror=alert(1)>';
    const user = { name, mobile: MOBILE, create_time: '2026-01-31 23:30:00' };
    const fulfil = (path: string, errno: string, data: object) =>
      page.route(path, (route) => route.fulfill({ json: { errno, errmsg: 'A text.', data } }));
    await fulfil('**/session', '0', { name });
    await fulfil('**/user', '0', user);
    await page.reload();
    await page.locator('#account').waitFor();
    assert.equal(await page.textContent('#account-name'), name);
    assert.equal(await page.locator('#account img').count(), 0);
  });
});

it('a switch of the language reaches what was said already, and the service', async () => {
  await open(async ({ page }) => {
    await logIn(page, OTHER_MOBILE);
    const error = page.locator('#password-error:not(:empty)');
    assert.match((await error.textContent()) ?? '', /wrong/);
    await page.click('#language');
    assert.match((await error.textContent()) ?? '', /不正确/);
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    const request = page.waitForRequest('**/sessions');
    await page.click('#login-form .primary');
    assert.equal(await (await request).headerValue('accept-language'), 'zh-CN');
    await page.reload();
    assert.equal(await page.textContent('#login-title'), '登录');
  });
});

it('a password can be looked at, and is hidden again when it is sent', async () => {
  await open(async ({ page }) => {
    await page.click('#signup .aside a');
    await page.fill('#password', 'not this one');
    await page.getByRole('button', { name: 'Show password' }).click();
    assert.equal(await page.getAttribute('#password', 'type'), 'text');
    await page.fill('#login-mobile', MOBILE);
    await page.click('#login-form .primary');
    assert.equal(await page.getAttribute('#password', 'type'), 'password');
  });
});

it('the pages carry a strict policy, and the notes beside them are not served', async () => {
  const policy = (await fetch(service.origin)).headers.get('Content-Security-Policy') ?? '';
  assert.match(policy, /^default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  for (const path of ['/README.md', '/.assetsignore', '/_headers']) {
    assert.equal((await fetch(service.origin + path)).status, 404, path);
  }
});
