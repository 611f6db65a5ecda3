/** Answers that come late: to a form that says something else by now, or to somebody who has gone on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import {
  answer,
  askForCode,
  at,
  focused,
  follow,
  hold,
  open,
  said,
  visit,
  type Visit,
} from './browser.ts';
import { newMobile, newUser, PASSWORD } from './world.ts';

const view = (page: Page) => new URL(page.url()).hash;

/** Asks for a code whose answer is kept back until what this returns is called. */
async function ask({ page, solve }: Visit, mobile: string): Promise<() => Promise<void>> {
  const release = await hold(page, 'smscode/**');
  await page.fill('#mobile', mobile);
  await solve();
  await page.click('#send');
  await page.locator('#send-form[aria-busy="true"]').waitFor();
  return async () => {
    release();
    await page.locator('#send-form:not([aria-busy])').waitFor({ state: 'attached' });
  };
}

describe('an answer that comes late', { concurrency: 2 }, () => {
  it('is not taken for one about a number that was corrected meanwhile', async () => {
    await visit({ view: 'signup' }, async (v) => {
      const { page, solve } = v;
      const [wrong, right] = [newMobile(), newMobile()];
      const release = await ask(v, wrong);
      const source = await page.getAttribute('#captcha-picture', 'src');
      await page.fill('#mobile', right);
      await release();
      assert.match(await said(page, '#done'), new RegExp(wrong));
      assert.equal(view(page), '#signup');
      assert.equal(await page.inputValue('#mobile'), right);
      assert.equal(await page.getAttribute('#send', 'aria-disabled'), null);
      assert.notEqual(await page.getAttribute('#captcha-picture', 'src'), source);
      await page.fill('#mobile', wrong);
      assert.match((await page.textContent('#send')) ?? '', /\d+ s/);
      await page.fill('#mobile', right);
      await solve();
      await page.click('#send');
      await at(page, 'code');
      assert.equal(await page.inputValue('#sent-to'), right);
    });
  });

  it('moves nobody to the second step who has gone on to send a code for something else', async () => {
    await visit({ view: 'login-sms' }, async (v) => {
      const { page, asked, code } = v;
      const mobile = newUser();
      const release = await ask(v, mobile);
      await open(page, 'reset');
      await page.click('#send');
      assert.match(await said(page, '#send-form .notice'), /One moment/);
      await release();
      assert.match(await said(page, '#done'), new RegExp(mobile));
      assert.equal(view(page), '#reset');
      assert.equal(await page.textContent('#send-form .notice'), '');
      assert.equal(asked.filter((path) => path.includes('/smscode/')).length, 1);
      await open(page, 'login-sms');
      await page.click('#have-code');
      assert.match(await said(page, '#code-lead'), /have sent a code/);
      await page.fill('#sms-code', await code(mobile));
      await page.click('#use-code');
      await at(page, 'account');
    });
  });

  it('moves nobody who has gone on to log in', async () => {
    await visit({ view: 'signup' }, async (v) => {
      const { page } = v;
      const release = await ask(v, newMobile());
      await follow(page, '#ask a[href="#login"]');
      await page.fill('#password', PASSWORD);
      await release();
      await said(page, '#done');
      assert.equal(view(page), '#login');
      assert.equal(await focused(page), 'password');
    });
  });

  it('refuses nothing that the form no longer says, and its wait still counts', async () => {
    await visit({ view: 'signup' }, async (v) => {
      const { page } = v;
      const mobile = newMobile();
      await answer(page, 'smscode/**', '4003', { retry_after: 100 });
      const release = await ask(v, mobile);
      await open(page, 'login-sms');
      await release();
      assert.equal(await page.textContent('#mobile-error'), '');
      assert.equal(await page.isVisible('#instead'), false);
      assert.match((await page.textContent('#send')) ?? '', /2 min/);
    });
  });

  it('refuses no password that was typed since', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      await answer(page, 'sessions', '4004');
      const release = await hold(page, 'sessions');
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', 'not this one');
      await page.click('#login-form button:not([type])');
      await page.locator('#login-form[aria-busy="true"]').waitFor();
      await page.fill('#password', 'corr');
      release();
      await page.locator('#login-form:not([aria-busy])').waitFor();
      await page.keyboard.type('ect');
      assert.equal(await page.inputValue('#password'), 'correct');
      assert.equal(await page.textContent('#password-error'), '');
    });
  });

  it('brings nobody back who has logged out meanwhile', async () => {
    await visit({ as: newUser(), view: 'account' }, async ({ page, origin }) => {
      const user = { user_id: 1, name: 'Bruce', mobile: '13700000000', avatar: '' };
      await answer(page, 'user', '0', { ...user, create_time: '2026-01-31 23:30:00' });
      const release = await hold(page, 'user');
      const asked = page.waitForRequest('**/api/v1.0/user');
      const other = await page.context().newPage();
      await other.goto(`${origin}/openapi.json`);
      await other.evaluate(`new BroadcastChannel('edge-signup').postMessage('')`);
      await asked;
      await page.click('#logout-form button');
      await at(page, 'login');
      const answered = page.waitForResponse('**/api/v1.0/user');
      release();
      await (await answered).finished();
      await page.evaluate('new Promise(requestAnimationFrame)');
      assert.equal(view(page), '#login');
    });
  });

  for (const errno of ['0', '4101']) {
    it(`means nothing to somebody else who came in in another tab (${errno})`, async () => {
      const next = newUser();
      await visit({ as: newUser(), view: 'rename' }, async ({ page, origin }) => {
        await answer(page, 'user/name', errno, { name: 'Bruce' });
        const release = await hold(page, 'user/name');
        await page.fill('#name', 'Bruce');
        await page.click('#rename-form button');
        await page.locator('#rename-form[aria-busy="true"]').waitFor();
        const other = await page.context().newPage();
        await other.goto(`${origin}/#account`);
        await other.click('#logout-form button');
        await other.fill('#login-mobile', next);
        await other.fill('#password', PASSWORD);
        await other.click('#login-form button:not([type])');
        await page.locator('#account:not([hidden]) #account-mobile', { hasText: next }).waitFor();
        const name = await page.textContent('#account-name');
        release();
        await page.locator('#rename-form:not([aria-busy])').waitFor({ state: 'attached' });
        assert.equal(view(page), '#account');
        assert.equal(await page.textContent('#account-name'), name);
        assert.equal(await page.textContent('#done'), '');
      });
    });
  }

  it('is about the code that was used, whatever is done with another one meanwhile', async () => {
    await visit({ view: 'signup' }, async (v) => {
      const { page } = v;
      await page.fill('#sms-code', await askForCode(v, newMobile()));
      await page.fill('#new-password', PASSWORD);
      const release = await hold(page, 'users');
      await page.click('#use-code');
      await page.locator('#code-form[aria-busy="true"]').waitFor();
      await open(page, 'reset-code');
      release();
      await at(page, 'account');
      assert.match(await said(page, '#done'), /Welcome/);
    });
  });

  it('tells that the name was changed, and leaves one where one is', async () => {
    await visit({ as: newUser(), view: 'rename' }, async ({ page }) => {
      const release = await hold(page, 'user/name');
      await page.fill('#name', 'Bruce');
      await page.click('#rename-form button');
      await page.locator('#rename-form[aria-busy="true"]').waitFor();
      await open(page, 'leave');
      release();
      assert.match(await said(page, '#done'), /name/);
      assert.equal(view(page), '#leave');
      await follow(page, '#leave .back a');
      assert.equal(await page.textContent('#account-name'), 'Bruce');
    });
  });
});
