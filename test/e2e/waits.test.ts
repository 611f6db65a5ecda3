/** What the pages do while something takes its time, or must not be done again yet. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { answer, askForCode, at, focused, follow, open, said, visit } from './browser.ts';
import { newMobile, newUser, PASSWORD } from './world.ts';

const sends = (asked: string[]) => asked.filter((path) => path.includes('/smscode/'));
/** As if the password had been mistyped too often. */
async function pausePassword(page: Page): Promise<void> {
  await answer(page, 'user/password', '4201', { retry_after: 600 });
  await page.fill('#old-password', 'not this one');
  await page.fill('#chosen-password', `${PASSWORD} 1`);
  await page.click('#password-form button:not([type])');
  await page.locator('#password-form button', { hasText: '10 min' }).waitFor();
}

describe('a page that waits', { concurrency: 2 }, () => {
  it('sends a form once, however often it is pressed', async () => {
    await visit({}, async ({ page, asked, solve, code }) => {
      const mobile = newMobile();
      await page.fill('#mobile', mobile);
      await solve();
      await page.dblclick('#send');
      await at(page, 'code');
      assert.equal(sends(asked).length, 1);
      await page.fill('#sms-code', await code(mobile));
      await page.fill('#new-password', PASSWORD);
      await page.dblclick('#use-code');
      await at(page, 'account');
      assert.equal(asked.filter((path) => path === 'POST /api/v1.0/users').length, 1);
    });
  });

  it('counts down to the next code, and tells the tries that are left', async () => {
    await visit({}, async (v) => {
      const { page, solve, asked } = v;
      await page.clock.install();
      await page.reload();
      const code = await askForCode(v, newMobile());
      await page.fill('#sms-code', code === '000000' ? '000001' : '000000');
      await page.fill('#new-password', PASSWORD);
      await page.click('#use-code');
      assert.match(await said(page, '#sms-code-error'), /left: 4/);
      await page.press('#resend', 'Enter'); // it counts: it can be pressed, and says why it does not send
      await said(page, '#code-form .notice');
      await page.clock.fastForward(60_000); // the page's minute is over, the service's is not
      await page.locator('#resend:not([aria-disabled])').click();
      await at(page, 'ask');
      assert.equal(await focused(page), 'captcha');
      await solve();
      const source = await page.getAttribute('#captcha-picture', 'src');
      await page.click('#send');
      await page.locator('#send[aria-disabled="true"]').waitFor();
      assert.match((await page.textContent('#send')) ?? '', /in \d+ s/);
      assert.equal(await page.getAttribute('#captcha-picture', 'src'), source);
      await page.press('#send', 'Enter');
      assert.equal(sends(asked).length, 2, 'nothing is sent while it counts');
      await page.fill('#mobile', newMobile());
      await page.click('#send'); // another number need not wait, and the picture is still good
      await at(page, 'code');
    });
  });

  it('waits for nothing when the clock was set back since: the service says if it is too early', async () => {
    await visit({}, async (v) => {
      const { page } = v;
      await page.clock.install({ time: Date.now() + 5 * 3_600_000 });
      await page.reload();
      await askForCode(v, newMobile());
      assert.match((await page.textContent('#resend')) ?? '', /\d+ s/);
      await page.clock.setSystemTime(Date.now());
      await page.reload();
      await at(page, 'code');
      assert.equal(await page.textContent('#resend'), 'Send again');
    });
  });

  it('draws another picture when the one before has grown old', async () => {
    await visit({}, async ({ page }) => {
      await page.clock.install();
      await page.reload();
      await page.locator('.picture[data-state="ready"]').waitFor();
      const source = await page.getAttribute('#captcha-picture', 'src');
      await page.focus('#captcha');
      assert.equal(await page.getAttribute('#captcha-picture', 'src'), source);
      await page.fill('#captcha', 'ab');
      await page.focus('#mobile');
      await page.clock.fastForward(280_000);
      await page.focus('#captcha');
      assert.notEqual(await page.getAttribute('#captcha-picture', 'src'), source);
      assert.equal(await page.inputValue('#captcha'), '');
      assert.match(await said(page, '#announcement'), /new picture/);
    });
  });

  it('says why and how long a log-in is paused, and lets another mobile in', async () => {
    const [paused, other] = [newUser(), newUser()];
    await visit({ view: 'login' }, async ({ page }) => {
      await page.fill('#login-mobile', paused);
      for (let failures = 1; failures <= 5; failures++) {
        await page.fill('#password', `not this one ${failures}`);
        await page.click('#login-form button:not([type])');
        await said(page, '#password-error');
        assert.equal(await focused(page), 'password');
      }
      const why = /wrong passwords.*10 min.*SMS code.*“Forgot your password\?” ends/;
      await page.fill('#password', PASSWORD);
      for (const time of ['first', 'second']) {
        await page.press('#password', 'Enter');
        assert.match(await said(page, '#announcement'), why, time);
        assert.match(await said(page, '#login-form .why'), why, time);
        assert.equal(await page.textContent('#login-form .notice'), '');
      }
      assert.match((await page.textContent('#login-form button:not([type])')) ?? '', /10 min/);
      await page.reload();
      await page.locator('#login-form button', { hasText: '10 min' }).waitFor();
      assert.match(await said(page, '#login-form .why'), why);
      await page.press('#password', 'Enter');
      await said(page, '#announcement');
      await page.fill('#login-mobile', other);
      assert.equal(await page.textContent('#login-form .why'), '');
      assert.equal(await page.textContent('#announcement'), '', 'another number has not waited');
      await page.fill('#password', PASSWORD);
      await page.click('#login-form button:not([type])');
      await at(page, 'account');
    });
  });

  it('lets whoever comes next change the password that somebody else mistyped too often', async () => {
    const [paused, next] = [newUser(), newUser()];
    await visit({ as: paused, view: 'change-password' }, async ({ page }) => {
      await pausePassword(page);
      await open(page, 'account');
      await page.click('#logout-form button');
      await page.fill('#login-mobile', next);
      await page.fill('#password', PASSWORD);
      await page.click('#login-form button:not([type])');
      await at(page, 'account');
      await open(page, 'change-password');
      assert.equal(await page.locator('#password-form button', { hasText: /\d/ }).count(), 0);
      const kept = await page.evaluate<string>('JSON.stringify(sessionStorage)');
      assert.doesNotMatch(kept, new RegExp(paused));
    });
  });

  it('says when a pause is over, and no longer why there was one', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      await page.clock.install();
      await page.reload();
      await answer(page, 'sessions', '4201', { retry_after: 600 });
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', PASSWORD);
      await page.press('#password', 'Enter');
      await said(page, '#login-form .why');
      await page.clock.fastForward(300_000);
      assert.match(
        await said(page, '#login-form .why'),
        /5 min/,
        'it counts down where it is read',
      );
      await page.clock.fastForward(301_000);
      assert.match(await said(page, '#announcement'), /try again now/);
      assert.equal(await page.textContent('#login-form .why'), '');
    });
  });

  it('says of a number that did not wait neither that it does nor that it did', async () => {
    await visit({}, async ({ page }) => {
      await answer(page, 'smscode/**', '4201', { retry_after: 60 });
      await page.fill('#mobile', newMobile());
      await page.fill('#captcha', 'abcd');
      await page.click('#send');
      await page.locator('#send[aria-disabled]').waitFor();
      await page.fill('#mobile', newMobile());
      await page.locator('#send:not([aria-disabled])').waitFor();
      assert.equal(await page.textContent('#announcement'), '');
    });
  });

  it('waits no longer for a password that another one was set for', async () => {
    await visit({ as: newUser(), view: 'change-password' }, async (v) => {
      const { page } = v;
      await pausePassword(page);
      assert.match(await said(page, '#password-form .why'), /use SMS instead/);
      await follow(page, '#change-password a[href="#reset"]');
      await page.fill('#sms-code', await askForCode(v));
      await page.fill('#new-password', `${PASSWORD} 2`);
      await page.click('#use-code');
      await at(page, 'account');
      await open(page, 'change-password');
      assert.equal(await page.locator('#password-form button', { hasText: /\d/ }).count(), 0);
    });
  });

  it('waits as long as something in front of the service asks for', async () => {
    await visit({ view: 'login', mayLog: '429' }, async ({ page }) => {
      await page.route('**/api/v1.0/sessions', (route) =>
        route.fulfill({
          status: 429,
          headers: { 'Retry-After': '30' },
          contentType: 'text/html',
          body: '<h1>Too many requests</h1>',
        }),
      );
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', PASSWORD);
      await page.press('#password', 'Enter');
      assert.match(await said(page, '#login-form .notice'), /try again in (30|29) s/);
      await page.locator('#login-form button', { hasText: /in \d+ s/ }).waitFor();
      assert.equal(await page.textContent('#login-form .why'), '', 'no password is to blame');
    });
  });
});
