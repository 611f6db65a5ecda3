/** What the pages keep and forget: reloads, other tabs, whoever comes next. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { askForCode, at, follow, said, visit } from './browser.ts';
import { newMobile, newUser, PASSWORD } from './world.ts';

const title = (page: Page) => page.textContent('main > section:not([hidden]) h1');

describe('a page that is left', { concurrency: 2 }, () => {
  it('survives a reload in the middle, and keeps no secret', async () => {
    await visit({}, async (v) => {
      const { page } = v;
      const mobile = newMobile();
      const code = await askForCode(v, mobile);
      await page.fill('#sms-code', code);
      await page.fill('#new-password', PASSWORD);
      const kept = await page.evaluate<string>(
        'JSON.stringify({ ...sessionStorage, ...localStorage })',
      );
      assert.ok(!kept.includes(PASSWORD) && !kept.includes(code));
      await page.reload();
      await at(page, 'code');
      assert.equal(await page.inputValue('#sent-to'), mobile);
      assert.match((await page.textContent('#resend')) ?? '', /\d+ s/);
      await page.fill('#sms-code', code);
      await page.fill('#new-password', PASSWORD);
      await page.click('#use-code');
      await at(page, 'account');
    });
  });

  it('goes on without a code of its own for those who have one, and back', async () => {
    await visit({}, async ({ page }) => {
      await page.click('#have-code');
      await said(page, '#mobile-error');
      await page.fill('#mobile', newMobile());
      await page.click('#have-code');
      await at(page, 'code');
      await page.goBack();
      await at(page, 'ask');
    });
  });

  it('leads a registered mobile to the log-in, and one without an account to signing up', async () => {
    const mobile = newUser();
    await visit({}, async ({ page, solve }) => {
      await page.fill('#mobile', mobile);
      await solve();
      await page.click('#send');
      await follow(page, '#instead a');
      assert.equal(await page.inputValue('#login-mobile'), mobile);
      const stranger = newMobile();
      await follow(page, '#login a[href="#login-sms"]');
      await page.fill('#mobile', stranger);
      await solve();
      await page.click('#send');
      await follow(page, '#instead a');
      assert.equal(await title(page), 'Create your account');
      assert.equal(await page.inputValue('#mobile'), stranger);
      assert.equal(await page.textContent('#mobile-error'), '');
    });
  });

  it('follows what happens in other tabs', async () => {
    const mobile = newUser();
    await visit({ view: 'login' }, async ({ page, origin }) => {
      const other = await page.context().newPage();
      await other.goto(`${origin}/#login`);
      await other.fill('#login-mobile', mobile);
      await other.fill('#password', PASSWORD);
      await other.click('#login-form button:not([type])');
      await at(page, 'account');
      await page.click('#logout-form button');
      await at(other, 'login');
    });
  });

  it('goes on from the heading when what had the focus goes with the news of another tab', async () => {
    const mobile = newUser();
    await visit({ as: mobile, view: 'sessions' }, async ({ page, origin }) => {
      await visit({ as: mobile }, async () => {
        await page.reload();
        await page.focus('#session-list button');
        const other = await page.context().newPage();
        await other.goto(`${origin}/openapi.json`);
        await other.evaluate(`new BroadcastChannel('edge-signup').postMessage('')`);
        await page.locator('#sessions-title:focus').waitFor();
      });
    });
  });

  it('leaves nothing behind to whoever comes after a log-out in another tab', async () => {
    const next = newUser();
    await visit({ as: newUser(), view: 'leave-sms' }, async ({ page, origin }) => {
      await page.click('#have-code');
      await at(page, 'code');
      const other = await page.context().newPage();
      await other.goto(`${origin}/#account`);
      await other.click('#logout-form button');
      await at(page, 'login');
      assert.equal(await page.inputValue('#login-mobile'), '');
      await page.fill('#login-mobile', next);
      await page.fill('#password', PASSWORD);
      await page.click('#login-form button:not([type])');
      await at(page, 'account');
    });
  });

  it('leaves no password behind to whoever comes after a log-out', async () => {
    await visit({ view: 'login' }, async (v) => {
      const { page } = v;
      await page.fill('#login-mobile', newUser());
      await page.fill('#password', PASSWORD);
      await follow(page, '#login a[href="#login-sms"]');
      await page.fill('#sms-code', await askForCode(v));
      await page.click('#use-code');
      await at(page, 'account');
      await page.click('#logout-form button');
      await at(page, 'login');
      assert.equal(await page.inputValue('#password'), '');
    });
  });

  it('has a title of its own, and is right to reload', async () => {
    await visit({ as: newUser() }, async ({ page, origin }) => {
      for (const view of [
        'rename',
        'change-password',
        'sessions',
        'events',
        'leave',
        'leave-sms',
      ]) {
        await page.goto(`${origin}/#${view}`);
        await page.reload();
        await page.locator('main > section:not([hidden])').waitFor();
        assert.equal(new URL(page.url()).hash, `#${view}`);
        assert.equal(await page.title(), `${await title(page)} · edge-signup`);
      }
    });
  });
});

it('opens where the browser keeps nothing and reaches no other tab, as Firefox without cookies', async () => {
  await visit({}, async ({ page, origin }) => {
    await page.addInitScript(`window.BroadcastChannel = class {
      constructor() { throw new DOMException('The operation is insecure.', 'SecurityError'); }
    };`);
    await page.goto(`${origin}/?private#login`);
    await page.locator('#login h1:visible').waitFor();
    await page.fill('#login-mobile', newUser());
    await page.fill('#password', PASSWORD);
    await page.click('#login-form button:not([type])');
    await at(page, 'account');
  });
});
