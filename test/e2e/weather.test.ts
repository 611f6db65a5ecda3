/** What the pages go through: reloads, impatience, cut connections, other tabs, a phone that fills in the code. */
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
  PHONE,
  said,
  visit,
} from './browser.ts';
import { newMobile, newUser, PASSWORD, world } from './world.ts';

const sends = (asked: string[]) => asked.filter((path) => path.includes('/smscode/'));
/** As if the time for them had passed. */
const endAnimations = (page: Page, selector: string) =>
  page.evaluate(
    `document.querySelector('${selector}').getAnimations().forEach((one) => one.finish())`,
  );
const title = (page: Page) => page.textContent('main > section:not([hidden]) h1');

/** As if the password had been mistyped too often. */
async function pausePassword(page: Page): Promise<void> {
  await answer(page, 'user/password', '4201', { retry_after: 600 });
  await page.fill('#old-password', 'not this one');
  await page.fill('#chosen-password', `${PASSWORD} 1`);
  await page.click('#password-form button:not([type])');
  await page.locator('#password-form button', { hasText: '10 min' }).waitFor();
}

describe('a page', { concurrency: 2 }, () => {
  it('says what is wrong with a field, moves the focus there, and sends nothing', async () => {
    await visit({}, async ({ page, asked }) => {
      await page.fill('#mobile', '123');
      await page.click('#send');
      assert.match(await said(page, '#mobile-error'), /11 digits/);
      assert.match(await said(page, '#captcha-error'), /Enter/);
      assert.equal(await focused(page), 'mobile');
      assert.equal(sends(asked).length, 0);
      await page.fill('#mobile', newMobile());
      await page.click('#have-code');
      await page.fill('#sms-code', '１２３ 45');
      await page.fill('#new-password', 'short');
      await page.click('#use-code');
      await said(page, '#sms-code-error');
      await said(page, '#new-password-error');
      assert.equal(await focused(page), 'sms-code');
      assert.equal(await page.inputValue('#sms-code'), '12345');
      assert.ok(!asked.includes('POST /api/v1.0/users'));
    });
  });

  it('takes a number as people paste it', async () => {
    await visit({}, async ({ page, asked }) => {
      await page.fill('#mobile', ' tel:+86 １３８-0000·９９９９\u202C ');
      await page.fill('#captcha', ' ａｂcd ');
      await answer(page, 'smscode/**', '4004');
      const request = page.waitForRequest('**/smscode/**');
      await page.click('#send');
      assert.match((await request).url(), /text=abcd/);
      assert.deepEqual(sends(asked), ['GET /api/v1.0/smscode/13800009999']);
    });
  });

  it('finds the code in a message that is pasted as a whole, if there is but one', async () => {
    await visit({}, async ({ page }) => {
      await page.fill('#mobile', newMobile());
      await page.click('#have-code');
      for (const [pasted, code] of [
        ['您的验证码是 １２３456，5 分钟内有效。', '123456'],
        ['Your code: 123456. Do not share it. @www.example.com #123456', '123456'],
        [' 123-456 ', '123456'],
        ['1 234567', '1234567'],
        ['123456 or 654321', '123456or654321'],
        ['call 13800009999', 'call13800009999'],
      ] as const) {
        await page.fill('#sms-code', pasted);
        await page.focus('#new-password');
        assert.equal(await page.inputValue('#sms-code'), code);
      }
    });
  });

  it('brings into sight what is said of a form, on a phone that shows but a part of it', async () => {
    const viewport = { width: 320, height: 400 };
    await visit({ ...PHONE, viewport }, async ({ page }) => {
      await answer(page, 'smscode/**', '4301');
      await page.fill('#mobile', newMobile());
      await page.fill('#captcha', 'abcd');
      await page.tap('#send');
      await said(page, '#send-form .notice');
      const { top, bottom } = await page.evaluate<{ top: number; bottom: number }>(
        'document.querySelector("#send-form .notice").getBoundingClientRect()',
      );
      assert.ok(top >= 0 && bottom <= viewport.height, `from ${top} to ${bottom}`);
    });
  });

  it('says nothing of a number that has been corrected in another view', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      await page.press('#login-mobile', 'Enter');
      await said(page, '#login-mobile-error');
      await follow(page, '#login a[href="#signup"]');
      await page.fill('#captcha', 'abcd');
      await page.press('#captcha', 'Enter');
      await said(page, '#mobile-error');
      await follow(page, '#ask a[href="#login"]:visible');
      assert.match(await said(page, '#login-mobile-error'), /Enter/, 'it still holds');
      await page.fill('#login-mobile', newMobile());
      await follow(page, '#login a[href="#signup"]');
      assert.equal(await page.textContent('#mobile-error'), '');
      await page.fill('#mobile', '123');
      await page.press('#mobile', 'Enter');
      await follow(page, '#ask a[href="#login"]:visible');
      await page.press('#password', 'Enter');
      await said(page, '#login-mobile-error');
      await follow(page, '#login a[href="#signup"]');
      await page.fill('#mobile', newMobile());
      await follow(page, '#ask a[href="#login"]:visible');
      assert.equal(await page.textContent('#login-mobile-error'), '');
    });
  });

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

  it('speaks of a new picture when it is there, and says when it cannot be had', async () => {
    await visit({ mayLog: 'ERR_FAILED' }, async ({ page }) => {
      await page.locator('.picture[data-state="ready"]').waitFor();
      const release = await hold(page, 'imagecode/**');
      await page.click('#captcha-another');
      await page.locator('#captcha:focus').waitFor();
      assert.equal(await page.textContent('#announcement'), '');
      release();
      assert.match(await said(page, '#announcement'), /new picture/);
      await page.unroute('**/imagecode/**');
      await page.route('**/imagecode/**', (route) => route.abort());
      await page.click('#captcha-another');
      await page.locator('.picture[data-state="failed"]').waitFor();
      assert.match(await said(page, '#announcement'), /could not be loaded/);
    });
  });

  it('fetches a picture by itself once the connection is back, and speaks of it where it is', async () => {
    await visit({ mayLog: 'ERR_FAILED' }, async ({ page, origin }) => {
      for (const view of ['signup', 'login']) {
        await page.route('**/imagecode/**', (route) => route.abort());
        await page.goto(`${origin}/?${view}#signup`);
        await page.locator('.picture[data-state="failed"]').waitFor();
        await page.unroute('**/imagecode/**');
        await page.evaluate(`location.hash = '${view}'`);
        await page
          .locator(`main > section:not([hidden]) #${view === 'login' ? 'password' : 'mobile'}`)
          .waitFor();
        await page.evaluate('dispatchEvent(new Event("online"))');
        await page.locator('.picture[data-state="ready"]').waitFor({ state: 'attached' });
        const announced = (await page.textContent('#announcement')) ?? '';
        assert.match(announced, view === 'login' ? /^$/ : /new picture/);
      }
    });
  });

  it('announces nothing longer than it holds, nor again in another language', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      const announced = () => page.textContent('#announcement');
      await page.clock.install();
      const release = await hold(page, 'sessions');
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', 'not this one');
      await page.click('#login-form button:not([type])');
      await page.clock.fastForward(1000);
      assert.match(await said(page, '#announcement'), /One moment/);
      release();
      await said(page, '#password-error');
      await page.locator('#login-form:not([aria-busy])').waitFor();
      assert.equal(await announced(), '');
      await follow(page, '#login a[href="#login-sms"]');
      await page.locator('.picture[data-state="ready"]').waitFor();
      await page.click('#captcha-another');
      await said(page, '#announcement');
      await page.click('#language');
      assert.equal(await announced(), '');
      await page.click('#captcha-another');
      await said(page, '#announcement');
      await follow(page, '#ask a[href="#login"]:visible');
      assert.equal(await announced(), '');
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

  it('says how long a log-in is paused, and lets another mobile in', async () => {
    const [paused, other] = [newUser(), newUser()];
    await visit({ view: 'login' }, async ({ page }) => {
      await page.fill('#login-mobile', paused);
      for (let failures = 1; failures <= 5; failures++) {
        await page.fill('#password', `not this one ${failures}`);
        await page.click('#login-form button:not([type])');
        await said(page, '#password-error');
        assert.equal(await focused(page), 'password');
      }
      await page.fill('#password', PASSWORD);
      await page.click('#login-form button:not([type])');
      assert.match(await said(page, '#login-form .notice'), /10 min/);
      assert.match((await page.textContent('#login-form button:not([type])')) ?? '', /10 min/);
      await page.reload();
      await page.locator('#login-form button', { hasText: '10 min' }).waitFor();
      await page.fill('#login-mobile', other);
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

  it('waits no longer for a password that another one was set for', async () => {
    await visit({ as: newUser(), view: 'change-password' }, async (v) => {
      const { page } = v;
      await pausePassword(page);
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
    });
  });

  it('says so once when there is no connection, no longer than that is so, and recovers', async () => {
    await visit({ mayLog: 'ERR_INTERNET_DISCONNECTED' }, async ({ page, solve }) => {
      await page.fill('#mobile', newMobile());
      await solve();
      await page.context().setOffline(true);
      await said(page, '#offline');
      await page.click('#send');
      assert.match(await said(page, '#send-form .notice'), /offline/);
      assert.equal(await page.isVisible('#offline'), false, 'it is said once');
      await page.context().setOffline(false);
      await page.locator('#send-form .notice').waitFor({ state: 'hidden' });
      assert.equal(await page.textContent('#offline'), '');
      await page.click('#send');
      await at(page, 'code');
    });
  });

  it('fetches a list by itself once the connection is back', async () => {
    const options = { as: newUser(), mayLog: 'ERR_INTERNET_DISCONNECTED' };
    await visit(options, async ({ page }) => {
      await page.context().setOffline(true);
      await follow(page, '#account a[href="#events"]');
      assert.match(await said(page, '#events .notice'), /offline/);
      await page.context().setOffline(false);
      await page.locator('#events li').first().waitFor();
    });
  });

  it('can be tried again when the service is in trouble, and keeps the way one wanted to go', async () => {
    await visit({}, async ({ page, origin }) => {
      await answer(page, 'session', '4001');
      await page.goto(`${origin}/#login`);
      await page.reload();
      await at(page, 'trouble');
      await page.unroute('**/api/v1.0/session');
      await page.click('#trouble-form button');
      await at(page, 'login');
      assert.equal(await focused(page), 'login-title');
    });
  });

  it('ends a log-in that trouble came in between as if there had been none', async () => {
    await visit({ view: 'events' }, async ({ page, origin }) => {
      await at(page, 'login'); // with the events to go on to
      const other = await page.context().newPage();
      await other.goto(`${origin}/#login`);
      await at(other, 'login');
      await answer(page, 'user', '4001');
      await page.fill('#login-mobile', newUser());
      await page.fill('#password', PASSWORD);
      await page.click('#login-form button:not([type])');
      await said(page, '#trouble .notice');
      assert.equal(await focused(page), 'trouble-title');
      await page.unroute('**/api/v1.0/user');
      await page.click('#trouble-form button');
      await page.locator('#events li').first().waitFor();
      assert.equal(await focused(page), 'events-title');
      await at(other, 'account');
    });
  });

  it('can be reloaded when a script of it did not come', async () => {
    await visit({ mayLog: 'ERR_FAILED' }, async ({ page, origin, screenshot }) => {
      await page.route('**/js/wait.js', (route) => route.abort());
      await page.goto(`${origin}/?stuck`);
      const link = page.getByRole('link', { name: 'Reload the page' });
      assert.equal(await link.isVisible(), false);
      assert.equal(await page.isVisible('#language'), false, 'a button without a name');
      await endAnimations(page, '.stuck');
      await screenshot('stuck');
      await page.unroute('**/js/wait.js');
      await link.click();
      await at(page, 'ask');
      assert.equal(await link.isVisible(), false);
    });
  });

  it('says that it is not there yet, to those too who do not see it', async () => {
    await visit({}, async ({ page }) => {
      await page.clock.install();
      const release = await hold(page, 'session');
      await page.reload();
      assert.match(await page.locator('#waiting').ariaSnapshot(), /One moment/);
      await page.locator('#language:not(:empty)').waitFor(); // the scripts have started
      await page.clock.fastForward(1000);
      assert.match(await said(page, '#announcement'), /One moment/);
      release();
      await at(page, 'ask');
      assert.equal(await page.textContent('#announcement'), '');
    });
  });

  it('shows nothing but that it needs scripts where there are none', async () => {
    const { browser, service } = await world();
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(service.origin);
    const visible = (selector: string) => page.locator(selector).first().isVisible();
    assert.equal(await visible('noscript p'), true);
    for (const other of ['#waiting', '#language', 'main > section']) {
      assert.equal(await visible(other), false, other);
    }
    await page.close();
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

  it('takes a name with the marks that are copied along where text runs both ways', async () => {
    await visit({ as: newUser(), view: 'rename' }, async ({ page }) => {
      await page.fill('#name', '\u200Fمحمد\u202C');
      await page.press('#name', 'Enter');
      await at(page, 'account');
      assert.equal(await page.textContent('#account-name'), 'محمد');
    });
  });

  it('shows a name as text, whatever it is', async () => {
    await visit({ as: newUser() }, async ({ page }) => {
      const name = '<img src=x onerror=alert(1)>';
      const user = { name, mobile: '13700000000', create_time: '2026-01-31 23:30:00' };
      await answer(page, 'user', '0', user);
      await page.reload();
      await at(page, 'account');
      assert.equal(await page.textContent('#account-name'), name);
      assert.equal(await page.locator('#account img').count(), 0);
    });
  });

  it('shows a password on demand, and hides it again when it is sent', async () => {
    await visit({ view: 'login' }, async ({ page }) => {
      await page.fill('#password', 'not this one');
      await page.getByRole('button', { name: 'Show password' }).click();
      assert.equal(await page.getAttribute('#password', 'type'), 'text');
      await page.fill('#login-mobile', newMobile());
      await page.click('#login-form button:not([type])');
      assert.equal(await page.getAttribute('#password', 'type'), 'password');
    });
  });

  it('tells the browser and password managers what belongs into its fields', async () => {
    const tokens = (page: Page, form: string) =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('${form} input:not([type="checkbox"])')].map((input) => input.autocomplete)`,
      );
    await visit({}, async ({ page }) => {
      assert.deepEqual(await tokens(page, '#send-form'), ['tel-national', 'off']);
      assert.deepEqual(await tokens(page, '#code-form'), [
        'username',
        'one-time-code',
        'new-password',
      ]);
      assert.deepEqual(await tokens(page, '#login-form'), ['username', 'current-password']);
      await open(page, 'reset');
      assert.deepEqual(await tokens(page, '#send-form'), ['username', 'off']);
    });
    const mobile = newUser();
    await visit({ as: mobile, view: 'change-password' }, async ({ page }) => {
      const fields = ['username', 'current-password', 'new-password'];
      assert.deepEqual(await tokens(page, '#password-form'), fields);
      assert.deepEqual(await tokens(page, '#leave-form'), fields.slice(0, 2));
      assert.equal(await page.inputValue('#password-form [autocomplete="username"]'), mobile);
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

  it('grows with the text to twice its size, and loses nothing to the side', async () => {
    const big = "document.documentElement.style.fontSize = '200%'";
    const width = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    await visit({ as: newUser() }, async ({ page, screenshot }) => {
      for (const view of [
        'account',
        'rename',
        'change-password',
        'sessions',
        'events',
        'leave',
        'leave-code',
      ]) {
        await open(page, view);
        await page.evaluate(big);
        await page.locator('ul[aria-busy="true"]').waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(width), 0, view);
        await screenshot(`big-${view}`);
      }
    });
    await visit({}, async ({ page, screenshot }) => {
      await page.fill('#mobile', newMobile());
      for (const view of ['signup', 'signup-code', 'login', 'reset']) {
        await open(page, view);
        await page.evaluate(big);
        assert.equal(await page.evaluate(width), 0, view);
        await screenshot(`big-${view}`);
      }
    });
  });
});

it('text that is spaced out leaves the whole number to be seen', async () => {
  const viewport = { width: 320, height: 640 };
  await visit({ ...PHONE, viewport }, async ({ page }) => {
    await page.fill('#mobile', newMobile());
    await page.click('#have-code');
    await page.evaluate(`
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }');
      document.adoptedStyleSheets = [sheet];`);
    const [wanted = 0, shown = 0] = await page.evaluate<number[]>(
      '(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector("#sent-to"))',
    );
    assert.ok(wanted <= shown, `${wanted} px where there are ${shown}`);
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

it('a picture that does not come is given up, and who does not see that is told', async () => {
  await visit({}, async ({ page }) => {
    await page.clock.install();
    const release = await hold(page, 'imagecode/**');
    await page.click('#captcha-another');
    await page.clock.fastForward(1000);
    assert.match(await said(page, '#announcement'), /One moment/);
    assert.equal(await page.isVisible('#captcha-picture'), false, 'the old one is worth nothing');
    await page.clock.fastForward(20_000);
    assert.match(await said(page, '#captcha-error'), /could not be loaded/);
    assert.match(await said(page, '#announcement'), /could not be loaded/);
    await page.click('#captcha-another');
    await page.click('#ask a[href="#login"]:visible');
    await page.locator('#login h1:focus').waitFor();
    await page.clock.fastForward(21_000);
    assert.equal(
      await page.textContent('#announcement'),
      '',
      'in another view nobody waits for it',
    );
    await page.goBack();
    await at(page, 'ask');
    release();
    await page.click('#captcha-another');
    await page.locator('.picture[data-state="ready"]').waitFor();
    assert.equal(await page.textContent('#captcha-error'), '');
  });
});

it('does without what phones of before 2022 do not have', async () => {
  await visit({ as: newUser() }, async ({ page, origin }) => {
    await page.addInitScript('delete AbortSignal.timeout; delete Array.prototype.toSorted;');
    await page.goto(`${origin}/?old#sessions`);
    await page.locator('#sessions li').first().waitFor();
  });
});

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
      await answer(page, 'sessions', '4201', { retry_after: 600 });
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

describe('a phone that reads the message', { concurrency: 2 }, () => {
  /** A browser with WebOTP, which gets a message when the test says so: `message('123456')`. */
  const PHONE_WITH_OTP = `
    window.OTPCredential = class {};
    const get = ({ otp, signal }) => new Promise((resolve, reject) => {
      window.asked = otp.transport.join();
      window.message = (code) => resolve({ code });
      signal.addEventListener('abort', () => { window.stopped = true; reject(signal.reason); });
    });
    Object.defineProperty(navigator, 'credentials', { value: { get } });`;

  it('logs in by itself', async () => {
    await visit(PHONE, async (v) => {
      const { page, origin } = v;
      await page.addInitScript(PHONE_WITH_OTP);
      await page.goto(`${origin}/?otp#login-sms`);
      const code = await askForCode(v, newUser());
      assert.equal(await page.evaluate('window.asked'), 'sms');
      await page.evaluate(`window.message('${code}')`);
      await at(page, 'account');
    });
  });

  it('fills in the code, and leaves the rest to the person', async () => {
    await visit(PHONE, async (v) => {
      const { page, origin } = v;
      await page.addInitScript(PHONE_WITH_OTP);
      await page.goto(`${origin}/?otp#signup`);
      const code = await askForCode(v, newMobile());
      await page.evaluate(`window.message('${code}')`);
      await page.locator('#new-password:focus').waitFor();
      assert.equal(await page.inputValue('#sms-code'), code);
    });
  });

  it('is no longer asked once a code is sent, or another view is opened', async () => {
    await visit(PHONE, async (v) => {
      const { page, origin } = v;
      await page.addInitScript(PHONE_WITH_OTP);
      await page.goto(`${origin}/?otp#signup`);
      await page.fill('#mobile', newMobile());
      await page.click('#have-code');
      assert.equal(await page.evaluate('window.stopped'), undefined);
      await page.goBack();
      await at(page, 'ask');
      assert.equal(await page.evaluate('window.stopped'), true);
      await page.click('#have-code');
      await page.evaluate('window.stopped = false');
      await answer(page, 'users', '4002');
      await page.fill('#sms-code', '123456');
      await page.fill('#new-password', PASSWORD);
      await page.click('#use-code');
      await said(page, '#sms-code-error');
      assert.equal(await page.evaluate('window.stopped'), true);
    });
  });
});

it('the pages carry a strict policy, and the notes beside them are not served', async () => {
  const { origin } = (await world()).service;
  const { headers } = await fetch(origin);
  const policy = headers.get('Content-Security-Policy') ?? '';
  assert.match(policy, /^default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(headers.get('Strict-Transport-Security'), 'max-age=15552000');
  for (const path of ['/README.md', '/.assetsignore', '/_headers']) {
    assert.equal((await fetch(origin + path)).status, 404, path);
  }
});
