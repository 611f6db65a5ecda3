/** What the pages go through: cut connections, a service in trouble, scripts and pictures that do not come, old phones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { answer, at, focused, follow, hold, open, said, visit } from './browser.ts';
import { newMobile, newUser, PASSWORD, world } from './world.ts';

/** As if the time for them had passed. */
const endAnimations = (page: Page, selector: string) =>
  page.evaluate(
    `document.querySelector('${selector}').getAnimations().forEach((one) => one.finish())`,
  );

describe('a page in bad weather', { concurrency: 2 }, () => {
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
