/** What the fields of the pages take, say and show. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { answer, at, focused, follow, open, PHONE, said, visit } from './browser.ts';
import { newMobile, newUser } from './world.ts';

const sends = (asked: string[]) => asked.filter((path) => path.includes('/smscode/'));

describe('the fields of a page', { concurrency: 2 }, () => {
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

  it('shows a number with the same prefix in both steps', async () => {
    await visit({}, async ({ page }) => {
      const prefix = (input: string) =>
        page.evaluate<string>(`document.querySelector('${input}').parentElement.innerText`);
      const mobile = newMobile();
      await page.fill('#mobile', mobile);
      const typed = await prefix('#mobile');
      assert.equal(typed, '+86');
      await page.click('#have-code');
      await at(page, 'code');
      assert.equal(await prefix('#sent-to'), typed);
      assert.equal(await page.inputValue('#sent-to'), mobile, 'password managers keep it as typed');
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
