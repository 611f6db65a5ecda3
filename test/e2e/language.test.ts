/** The two languages of the pages, and who says what in which. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { answer, said, visit } from './browser.ts';
import { newMobile, newUser } from './world.ts';

const title = (page: Page) => page.textContent('main > section:not([hidden]) h1');

describe('the language', { concurrency: 2 }, () => {
  it('is Chinese where the browser prefers it', async () => {
    await visit({ locale: 'zh-CN' }, async ({ page }) => {
      assert.equal(await title(page), '注册账号');
      assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    });
  });

  it('can be switched, and the switch reaches what was said already, and the service', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', 'not this one');
      await page.click('#login-form button:not([type])');
      assert.match(await said(page, '#password-error'), /wrong/);
      await page.click('#language');
      assert.match(await said(page, '#password-error'), /不正确/);
      assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
      assert.equal(await page.title(), '登录 · edge-signup');
      const request = page.waitForRequest('**/sessions');
      await page.click('#login-form button:not([type])');
      assert.equal(await (await request).headerValue('accept-language'), 'zh-CN');
      await page.reload();
      assert.equal(await title(page), '登录');
    });
  });

  it('leaves no text of the service in a language that it is not marked as', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      const notice = page.locator('#login-form .notice');
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', 'not this one');
      await answer(page, 'sessions', '4103');
      await page.click('#login-form button:not([type])');
      await said(page, '#login-form .notice');
      assert.equal(await notice.getAttribute('lang'), null);
      await page.click('#language');
      assert.equal(await notice.getAttribute('lang'), 'en');
      await answer(page, 'sessions', '4202', { retry_after: 600 });
      await page.click('#login-form button:not([type])');
      await notice.getByText('A text.（约 10 分钟后）').waitFor();
      await page.click('#language');
      assert.equal(await notice.textContent(), 'Please try again in 10 min.');
      assert.equal(await notice.getAttribute('lang'), null);
      await page.click('#language');
      assert.equal(await notice.textContent(), 'A text.（约 10 分钟后）');
    });
  });

  it('reaches the lists', async () => {
    await visit({ as: newUser(), view: 'sessions' }, async ({ page }) => {
      await page.locator('#sessions li', { hasText: 'This device' }).waitFor();
      await page.click('#language');
      await page.locator('#sessions li', { hasText: '本设备' }).waitFor();
      await page.locator('#sessions li', { hasText: '上的' }).waitFor();
    });
  });
});
