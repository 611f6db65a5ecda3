/** The reference front end, used by a person: a phone and a desktop, keyboard and touch, Chinese and English. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launch, visit, type Visit } from './browser.ts';
import { type Service, startService } from './service.ts';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const SMALL_PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PASSWORD = 'correct horse battery';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let service: Service;
let browser: Browser;
let count = 0;
/** A mobile that no other test has. */
const newMobile = () => `1390000${String((count += 1)).padStart(4, '0')}`;

before(async () => {
  browser = await launch(); // first: without a browser no service is left behind
  service = await startService();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const open = (options: Parameters<typeof visit>[2], test: (v: Visit) => Promise<void>) =>
  visit(browser, service, options, test);

async function askForCode({ page, solve, code }: Visit, mobile: string): Promise<string> {
  await page.fill('#mobile', mobile);
  await solve();
  await page.click('#send');
  await page.locator('#code').waitFor();
  return code(mobile);
}

async function signUp(v: Visit, mobile: string): Promise<void> {
  await v.page.fill('#sms-code', await askForCode(v, mobile));
  await v.page.fill('#new-password', PASSWORD);
  await v.page.click('#register-form .primary');
  await v.page.locator('#account').waitFor();
}

async function hasNoViolation(page: Page): Promise<void> {
  // Run by the debugger, so the page's own policy, which allows no foreign script, stays as it is.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  assert.deepEqual(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    [],
  );
}

describe('a person', () => {
  for (const [name, options] of Object.entries({ PHONE, SMALL_PHONE, DESKTOP })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`signs up, logs out and logs in again (${name}, ${colorScheme})`, async () => {
        await open({ ...options, colorScheme }, async (v) => {
          const { page, screenshot } = v;
          const shot = (step: string) => screenshot(`${name}-${colorScheme}-${step}`.toLowerCase());
          const mobile = newMobile();
          await page.locator('.picture[data-state="ready"]').waitFor();
          await shot('1-signup');
          await hasNoViolation(page);
          await page.fill('#sms-code', await askForCode(v, mobile));
          await page.fill('#new-password', PASSWORD);
          await shot('2-code');
          await hasNoViolation(page);
          await page.click('#register-form .primary');
          await page.locator('#account').waitFor();
          assert.equal(await page.textContent('#account-mobile'), mobile);
          await shot('3-account');
          await hasNoViolation(page);
          await page.reload();
          await page.locator('#account').waitFor();
          await page.click('#logout-form button');
          await page.locator('#login').waitFor();
          await shot('4-login');
          await hasNoViolation(page);
          await page.fill('#login-mobile', mobile);
          await page.fill('#password', PASSWORD);
          await page.click('#login-form .primary');
          await page.locator('#account').waitFor();
          const width = await page.evaluate<number>('document.documentElement.scrollWidth');
          assert.ok(width <= options.viewport.width, 'nothing sticks out to the side');
        });
      });
    }
  }

  it('reads Chinese where the browser prefers it, and can switch', async () => {
    await open({ ...PHONE, locale: 'zh-CN' }, async ({ page, screenshot }) => {
      assert.equal(await page.textContent('#signup-title'), '注册账号');
      await screenshot('chinese');
      await page.click('#language');
      assert.equal(await page.textContent('#signup-title'), 'Create your account');
      assert.match((await page.getAttribute('html', 'lang')) ?? '', /^en/);
    });
  });

  it('can do it all with the keyboard', async () => {
    await open(DESKTOP, async ({ page, solve, code }) => {
      const mobile = newMobile();
      const tabTo = async (selector: string) => {
        for (let presses = 0; presses < 25; presses++) {
          await page.keyboard.press('Tab');
          if (await page.evaluate(`document.activeElement.matches('${selector}')`)) return;
        }
        assert.fail(`the keyboard does not reach ${selector}`);
      };
      await tabTo('#mobile');
      await page.keyboard.type(mobile);
      await solve();
      await page.focus('#captcha');
      await page.keyboard.press('Enter');
      await page.locator('#code').waitFor();
      assert.equal(await page.evaluate('document.activeElement.id'), 'sms-code');
      await page.keyboard.type(await code(mobile));
      await tabTo('#new-password');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.locator('#account').waitFor();
    });
  });

  it('who cannot see the picture can listen to digits instead', async () => {
    await open(DESKTOP, async (v) => {
      const { page, code } = v;
      const mobile = newMobile();
      await page.fill('#mobile', mobile);
      await page.locator('.picture[data-state="ready"]').waitFor();
      const heard = page.waitForResponse((response) => response.url().includes('/audiocode/'));
      await page.click('#captcha-listen');
      const id = (await heard).url().split('/').at(-1) ?? '';
      await page.locator('.picture[data-state="spoken"]').waitFor();
      await page.fill('#captcha', await service.line(`dev captcha ${id}`));
      await page.click('#send');
      await page.locator('#code').waitFor();
      assert.match(await code(mobile), /^[0-9]{6}$/);
    });
  });
});

describe('the pages', () => {
  it('say what is wrong with a field, and send nothing', async () => {
    await open(PHONE, async ({ page, asked }) => {
      await page.fill('#mobile', '123');
      await page.click('#send');
      assert.notEqual(await page.textContent('#mobile-error'), '');
      assert.equal(await page.evaluate('document.activeElement.id'), 'mobile');
      assert.equal(asked.filter((path) => path.includes('smscode')).length, 0);
      await hasNoViolation(page);
    });
  });

  it('draw another picture after a wrong answer', async () => {
    await open(PHONE, async ({ page }) => {
      await page.fill('#mobile', newMobile());
      const source = await page.getAttribute('#captcha-picture', 'src');
      await page.fill('#captcha', '????');
      await page.click('#send');
      await page.locator('#captcha-error:not(:empty)').waitFor();
      assert.notEqual(await page.getAttribute('#captcha-picture', 'src'), source);
      assert.equal(await page.inputValue('#captcha'), '');
    });
  });

  it('count down the tries at a code, and the seconds to the next one', async () => {
    await open(PHONE, async (v) => {
      const { page } = v;
      const code = await askForCode(v, newMobile());
      assert.match((await page.textContent('#resend')) ?? '', /\d+ s/);
      await page.fill('#sms-code', code === '000000' ? '000001' : '000000');
      await page.fill('#new-password', PASSWORD);
      await page.click('#register-form .primary');
      await page.locator('#sms-code-error:not(:empty)').waitFor();
      assert.match((await page.textContent('#sms-code-error')) ?? '', /4/);
    });
  });

  it('send a form once, however often it is pressed', async () => {
    await open(PHONE, async (v) => {
      const { page, asked } = v;
      await page.fill('#sms-code', await askForCode(v, newMobile()));
      await page.fill('#new-password', PASSWORD);
      await page.dblclick('#register-form .primary');
      await page.locator('#account').waitFor();
      assert.equal(asked.filter((path) => path === 'POST /api/v1.0/users').length, 1);
    });
  });

  it('survive a reload in the middle, and keep no secret', async () => {
    await open(PHONE, async (v) => {
      const { page } = v;
      const mobile = newMobile();
      const code = await askForCode(v, mobile);
      await page.fill('#new-password', PASSWORD);
      const kept = await page.evaluate<string>(
        'JSON.stringify({ ...sessionStorage, ...localStorage })',
      );
      assert.ok(!kept.includes(PASSWORD) && !kept.includes(code));
      await page.reload();
      await page.locator('#code').waitFor();
      assert.equal(await page.inputValue('#sent-to'), mobile);
      assert.match((await page.textContent('#resend')) ?? '', /\d+ s/);
    });
  });

  it('lead a registered mobile to the log-in', async () => {
    const mobile = newMobile();
    await open(PHONE, (v) => signUp(v, mobile));
    await open(PHONE, async ({ page, solve }) => {
      await page.fill('#mobile', mobile);
      await solve();
      await page.click('#send');
      await page.locator('#taken').waitFor();
    });
  });

  it('say so when there is no connection, and recover', async () => {
    await open(PHONE, async (v) => {
      const { page, solve } = v;
      await page.fill('#mobile', newMobile());
      await solve();
      await page.context().setOffline(true);
      await page.locator('#offline:not(:empty)').waitFor();
      await page.click('#send');
      await page.locator('#send-form .notice:not(:empty)').waitFor();
      await page.context().setOffline(false);
      await page.click('#send');
      await page.locator('#code').waitFor();
    });
  });
});
