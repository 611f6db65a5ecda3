/** What people come for, from beginning to end, on the true service. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  askForCode,
  at,
  DESKTOP,
  focused,
  follow,
  PHONE,
  said,
  visit,
  type Visit,
} from './browser.ts';
import { newMobile, newUser, PASSWORD, world } from './world.ts';

const OTHER_PASSWORD = 'staple battery horse';
const SMALL_PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';

async function logIn({ page }: Visit, mobile: string, password: string): Promise<void> {
  await page.fill('#login-mobile', mobile);
  await page.fill('#password', password);
  await page.click('#login-form button:not([type])');
}

/** What the list of security events says, the latest first. */
async function events({ page }: Visit): Promise<string[]> {
  await follow(page, '#account a[href="#events"]');
  await page.locator('#event-list li').first().waitFor();
  return page.locator('#event-list .what').allTextContents();
}

describe('a person', { concurrency: 2 }, () => {
  for (const [name, options] of Object.entries({ PHONE, SMALL_PHONE, DESKTOP })) {
    it(`signs up, logs out and logs in again (${name})`, async () => {
      await visit(options, async (v) => {
        const { page } = v;
        const mobile = newMobile();
        await page.fill('#sms-code', await askForCode(v, mobile));
        await page.fill('#new-password', PASSWORD);
        await page.click('#use-code');
        await at(page, 'account');
        assert.match(await said(page, '#done'), /Welcome/);
        assert.equal(await page.textContent('#account-mobile'), mobile);
        await page.reload();
        await at(page, 'account');
        await page.click('#logout-form button');
        await at(page, 'login');
        await logIn(v, mobile, PASSWORD);
        await at(page, 'account');
        assert.deepEqual(await events(v), ['Logged in', 'Logged out', 'Account created']);
      });
    });
  }

  it('logs in with a code', async () => {
    const mobile = newUser();
    await visit({ view: 'login' }, async (v) => {
      const { page } = v;
      await follow(page, '#login a[href="#login-sms"]');
      const code = await askForCode(v, mobile);
      assert.equal(await page.isVisible('#new-password'), false);
      await page.fill('#sms-code', code);
      await page.click('#use-code');
      await at(page, 'account');
      assert.equal(await page.textContent('#account-mobile'), mobile);
    });
  });

  it('who forgot the password sets another one', async () => {
    const mobile = newUser();
    await visit({ view: 'login' }, async (v) => {
      const { page } = v;
      await follow(page, '#login a[href="#reset"]');
      await page.fill('#sms-code', await askForCode(v, mobile));
      await page.fill('#new-password', OTHER_PASSWORD);
      await page.click('#use-code');
      await at(page, 'account');
      assert.match(await said(page, '#done'), /new password is set/);
      await page.click('#logout-form button');
      await logIn(v, mobile, PASSWORD);
      await said(page, '#password-error');
      await logIn(v, mobile, OTHER_PASSWORD);
      await at(page, 'account');
    });
  });

  it('forgets the password while logged in, and need not log out for another one', async () => {
    const mobile = newUser();
    await visit({ as: mobile, view: 'change-password' }, async (v) => {
      const { page } = v;
      await follow(page, '#change-password a[href="#reset"]');
      await page.locator('#mobile[readonly]').waitFor();
      assert.equal(await page.inputValue('#mobile'), mobile);
      await page.fill('#sms-code', await askForCode(v));
      await page.fill('#new-password', OTHER_PASSWORD);
      await page.click('#use-code');
      await at(page, 'account');
    });
  });

  it('changes the name', async () => {
    await visit({ as: newUser(), view: 'rename' }, async ({ page }) => {
      await page.fill('#name', '<b>');
      await page.click('#rename-form button');
      assert.match(await said(page, '#name-error'), /cannot be used/);
      assert.equal(await focused(page), 'name');
      await page.fill('#name', ' 李小龙 ');
      await page.click('#rename-form button');
      await at(page, 'account');
      assert.equal(await page.textContent('#account-name'), '李小龙');
      assert.match(await said(page, '#done'), /name/);
      await page.reload();
      await at(page, 'account');
      assert.equal(await page.textContent('#account-name'), '李小龙');
    });
  });

  it('changes the password', async () => {
    const mobile = newUser();
    await visit({ as: mobile, view: 'change-password' }, async (v) => {
      const { page } = v;
      const change = async (old: string, chosen: string) => {
        await page.fill('#old-password', old);
        await page.fill('#chosen-password', chosen);
        await page.click('#password-form button:not([type])');
      };
      await change('not this one', OTHER_PASSWORD);
      assert.match(await said(page, '#old-password-error'), /not your password/);
      assert.equal(await focused(page), 'old-password');
      await change(PASSWORD, 'password123');
      assert.match(await said(page, '#chosen-password-error'), /common/);
      await change(PASSWORD, OTHER_PASSWORD);
      await at(page, 'account');
      assert.equal(await page.inputValue('#old-password'), '', 'nothing typed is left behind');
      assert.deepEqual((await events(v)).slice(0, 2), [
        'Password changed',
        'Wrong password when asked for it',
      ]);
      await follow(page, '#events .back a');
      await page.click('#logout-form button');
      await logIn(v, mobile, OTHER_PASSWORD);
      await at(page, 'account');
    });
  });

  it('sees the devices, and ends one of them or all others', async () => {
    const mobile = newUser();
    await visit({ as: mobile }, async ({ page: first }) => {
      await visit({ as: mobile, userAgent: WINDOWS }, async () => {
        await visit({ as: mobile }, async () => {
          await follow(first, '#account a[href="#sessions"]');
          const items = first.locator('#session-list li');
          await items.nth(2).waitFor();
          assert.match((await items.first().textContent()) ?? '', /This device/);
          assert.equal(await items.first().locator('button').count(), 0);
          await first.getByRole('button', { name: 'Log out Chrome on Windows' }).click();
          await said(first, '#done');
          assert.equal(await items.count(), 2);
          assert.equal(await focused(first), 'sessions-title');
          await first.click('#end-others');
          await first.locator('#end-others').waitFor({ state: 'hidden' });
          assert.equal(await items.count(), 1);
        });
      });
      await first.reload();
      await first.locator('#session-list li').first().waitFor();
    });
  });

  it('whose device was ended is told at the next step, and goes on there after the log-in', async () => {
    const mobile = newUser();
    await visit({ as: mobile }, async (v) => {
      await visit({ as: mobile, view: 'sessions' }, async ({ page: other }) => {
        await other.click('#end-others');
        await said(other, '#done');
      });
      const { page } = v;
      await follow(page, '#account a[href="#events"]');
      await at(page, 'login');
      assert.match(await said(page, '#login-form .notice'), /session has ended/);
      await logIn(v, mobile, PASSWORD);
      await at(page, 'events');
    });
  });

  it('reads of no device where the operator acted', async () => {
    await visit({ as: newUser(), view: 'account' }, async (v) => {
      const { page } = v;
      const done = (kind: string) => ({
        kind,
        device: 'Unknown device',
        at: '2026-11-22 16:30:00',
      });
      const data = { events: [done('blocked'), done('logged_in')] };
      await page.route('**/user/events', (route) =>
        route.fulfill({ json: { errno: '0', errmsg: 'OK', data } }),
      );
      await events(v);
      const [blocked, loggedIn] = await page.locator('#event-list .hint').allTextContents();
      assert.match(blocked ?? '', /^Nov 22, 2026/);
      assert.match(loggedIn ?? '', /^Unknown device · Nov 22, 2026/);
    });
  });

  it('reads older security events a page at a time', async () => {
    await visit({ as: newUser() }, async (v) => {
      const { page } = v;
      const latest = Date.parse('2026-11-22T12:00:00Z');
      const many = Array.from({ length: 45 }, (_, n) => ({
        kind: n === 0 ? 'of_a_newer_service' : 'logged_in',
        device: '<b>Chrome</b>',
        at: new Date(latest - n * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      }));
      await page.route('**/user/events', (route) =>
        route.fulfill({ json: { errno: '0', errmsg: 'OK', data: { events: many } } }),
      );
      assert.equal((await events(v))[0], 'Something else');
      const items = page.locator('#event-list li');
      assert.equal(await items.count(), 20);
      assert.match((await items.first().textContent()) ?? '', /<b>Chrome<\/b>/);
      await page.click('#more-events');
      assert.equal(await items.count(), 40);
      const next = "document.querySelectorAll('#event-list li')[20] === document.activeElement";
      assert.ok(await page.evaluate(next), 'reading goes on at the first new one');
      await page.click('#more-events');
      assert.equal(await items.count(), 45);
      await page.locator('#events-end').waitFor();
      assert.equal(await page.isVisible('#more-events'), false);
    });
  });

  it('takes all data along as a file', async () => {
    const mobile = newUser();
    await visit({ as: mobile }, async ({ page }) => {
      const coming = page.waitForEvent('download');
      await page.click('#export-form button');
      const download = await coming;
      assert.equal(download.suggestedFilename(), `account-${mobile}.json`);
      let text = '';
      for await (const chunk of await download.createReadStream()) text += String(chunk);
      const data = JSON.parse(text) as { user: { mobile: string }; sessions: unknown[] };
      assert.equal(data.user.mobile, mobile);
      assert.equal(data.sessions.length, 1);
    });
  });

  it('leaves with the password, having said so', async () => {
    const mobile = newUser();
    await visit({ as: mobile, view: 'leave' }, async (v) => {
      const { page, asked } = v;
      await page.fill('#leave-password', PASSWORD);
      await page.click('#leave-form button:not([type])');
      await said(page, '#leave-sure-error');
      assert.equal(await focused(page), 'leave-sure');
      await page.check('#leave-sure');
      await page.fill('#leave-password', 'not this one');
      await page.click('#leave-form button:not([type])');
      await said(page, '#leave-password-error');
      assert.equal(asked.filter((path) => path.startsWith('DELETE')).length, 1);
      await page.fill('#leave-password', PASSWORD);
      await page.click('#leave-form button:not([type])');
      await at(page, 'ask');
      assert.match(await said(page, '#done'), /deleted/);
      await page.goto(`${v.origin}/#login`);
      await at(page, 'login');
      await logIn(v, mobile, PASSWORD);
      await said(page, '#password-error');
    });
  });

  it('leaves with a code, having said so', async () => {
    await visit({ as: newUser(), view: 'leave' }, async (v) => {
      const { page } = v;
      await follow(page, '#leave a[href="#leave-sms"]');
      await page.locator('#mobile[readonly]').waitFor();
      const code = await askForCode(v);
      await page.fill('#sms-code', code);
      await page.click('#use-code');
      await said(page, '#code-sure-error');
      await page.check('#code-sure');
      await page.click('#use-code');
      await at(page, 'ask');
      await said(page, '#done');
      await page.goto(`${v.origin}/#account`);
      await at(page, 'login');
    });
  });

  it('who cannot see the picture can listen to digits instead', async () => {
    const { service } = await world();
    await visit(DESKTOP, async ({ page, code }) => {
      const mobile = newMobile();
      await page.fill('#mobile', mobile);
      await page.locator('.picture[data-state="ready"]').waitFor();
      const heard = page.waitForResponse((response) => response.url().includes('/audiocode/'));
      await page.click('#captcha-listen');
      const id = (await heard).url().split('/').at(-1) ?? '';
      await page.locator('.picture[data-state="spoken"]').waitFor();
      await page.fill('#captcha', await service.line(`dev captcha ${id}`));
      await page.click('#send');
      await at(page, 'code');
      assert.match(await code(mobile), /^[0-9]{6}$/);
    });
  });
});

describe('with a screen reader, a person', () => {
  it('hears of no error before there is one, and that the code was sent', async () => {
    await visit({}, async (v) => {
      const { page } = v;
      // What is `:invalid` is called so by Firefox, though nothing was typed yet.
      assert.equal(await page.locator('input:invalid').count(), 0);
      await askForCode(v, newMobile());
      assert.match(await said(page, '#announcement'), /We have sent a code/);
    });
  });

  it('hears what is wrong with a field as the focus comes there, and once it is there', async () => {
    await visit({ view: 'login' }, async (v) => {
      const { page } = v;
      const announced = () => page.textContent('#announcement');
      await page.focus('#login-mobile');
      await page.keyboard.press('Enter');
      assert.equal(await announced(), 'Enter your mobile number.');
      await logIn(v, newUser(), 'not this one');
      await said(page, '#password-error');
      assert.equal(await focused(page), 'password');
      assert.equal(await announced(), ''); // the field is described by its error
      await page.keyboard.press('Enter');
      assert.match(await said(page, '#announcement'), /password is wrong/);
    });
  });
});

describe('with the keyboard alone, a person', { concurrency: 2 }, () => {
  /** Presses Tab until the element has the focus. */
  const tabTo = async ({ page }: Visit, selector: string) => {
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab');
      const there = `document.activeElement.matches(${JSON.stringify(selector)})`;
      if (await page.evaluate(there)) return;
    }
    assert.fail(`the keyboard does not reach ${selector}`);
  };
  const press = async (v: Visit, selector: string, key = 'Enter') => {
    await tabTo(v, selector);
    await v.page.keyboard.press(key);
  };
  const type = async (v: Visit, selector: string, text: string) => {
    await tabTo(v, selector);
    await v.page.keyboard.type(text);
  };

  it('signs up', async () => {
    await visit(DESKTOP, async (v) => {
      const { page, solve, code } = v;
      const mobile = newMobile();
      await type(v, '#mobile', mobile);
      await solve();
      await tabTo(v, '#captcha');
      await page.keyboard.press('Enter');
      await at(page, 'code');
      assert.equal(await focused(page), 'sms-code');
      await page.keyboard.type(await code(mobile));
      await type(v, '#new-password', PASSWORD);
      await page.keyboard.press('Enter');
      await at(page, 'account');
      assert.equal(await focused(page), 'account-title');
    });
  });

  it('goes through the whole account, and leaves', async () => {
    await visit({ ...DESKTOP, as: newUser() }, async (v) => {
      const { page } = v;
      await press(v, '#account a[href="#rename"]');
      await at(page, 'rename');
      assert.equal(await focused(page), 'rename-title');
      await tabTo(v, '#name');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('Bruce');
      await page.keyboard.press('Enter');
      await at(page, 'account');
      await press(v, '#account a[href="#change-password"]');
      await at(page, 'change-password');
      await type(v, '#old-password', PASSWORD);
      await press(v, '[data-reveals="chosen-password"]', 'Space');
      assert.equal(await page.getAttribute('#chosen-password', 'type'), 'text');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.type(OTHER_PASSWORD);
      await page.keyboard.press('Enter');
      await at(page, 'account');
      for (const view of ['sessions', 'events']) {
        await press(v, `#account a[href="#${view}"]`);
        await page.locator(`#${view} li`).first().waitFor();
        assert.equal(await focused(page), `${view}-title`);
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Enter'); // the way back stands before the heading
        await at(page, 'account');
      }
      await press(v, '#account a[href="#leave"]');
      await at(page, 'leave');
      await type(v, '#leave-password', OTHER_PASSWORD);
      await press(v, '#leave-sure', 'Space');
      await press(v, '#leave-form button:not([type])');
      await at(page, 'ask');
      assert.equal(await focused(page), 'ask-title');
    });
  });
});
