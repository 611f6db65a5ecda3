/** What the pages make of the service's answers, the rare ones included: those are put in its mouth. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, visit, type Visit } from './browser.ts';
import { type Service, startService } from './service.ts';

const PHONE = { viewport: { width: 390, height: 844 } };
const PASSWORD = 'correct horse battery';

let service: Service;
let browser: Browser;
let count = 0;
const newMobile = () => `1380000${String((count += 1)).padStart(4, '0')}`;

before(async () => {
  browser = await launch(); // first: without a browser no service is left behind
  service = await startService();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const open = (test: (v: Visit) => Promise<void>) => visit(browser, service, PHONE, test);

/** Lets the page have this answer from now on. */
async function answer(page: Page, path: string, errno: string, data: object = {}): Promise<void> {
  const url = `**/api/v1.0/${path}`;
  await page.unroute(url);
  await page.route(url, (route) => route.fulfill({ json: { errno, errmsg: 'A text.', data } }));
}

const focused = (page: Page) => page.evaluate<string>('document.activeElement.id');
const picture = (page: Page) => page.getAttribute('#captcha-picture', 'src');
const shown = (page: Page, selector: string) => page.locator(`${selector}:not(:empty)`).waitFor();
const sends = (asked: string[]) => asked.filter((path) => path.includes('/smscode/'));

async function askForCode({ page, solve }: Visit, mobile: string): Promise<void> {
  await page.fill('#mobile', mobile);
  await solve();
  await page.click('#send');
  await page.locator('#code').waitFor();
}

async function send(page: Page): Promise<void> {
  await page.fill('#mobile', newMobile());
  await page.fill('#captcha', 'abcd');
  const answered = page.waitForResponse('**/smscode/**');
  await page.click('#send');
  await answered;
  await page.locator('#send-form:not([aria-busy])').waitFor();
}

describe('the request for a code', () => {
  const spent: [string, object][] = [
    ['4001', {}],
    ['4002', {}],
    ['4003', {}],
    ['4004', {}],
    ['4301', {}],
    ['4201', { retry_after: 1800 }],
  ];
  const kept: [string, object][] = [
    ['4103', {}],
    ['4202', { retry_after: 60 }],
    ['4201', { retry_after: 30 }],
  ];
  for (const [errno, data] of [...spent, ...kept]) {
    const isSpent = spent.some((row) => row[0] === errno && row[1] === data);
    const title = `${isSpent ? 'draws' : 'keeps'} the picture after ${errno} ${JSON.stringify(data)}`;
    it(title, async () => {
      await open(async ({ page }) => {
        await answer(page, 'smscode/**', errno, data);
        await page.locator('.picture[data-state="ready"]').waitFor();
        const source = await picture(page);
        await send(page);
        assert.equal((await picture(page)) !== source, isSpent);
        assert.equal(await page.inputValue('#captcha'), isSpent ? '' : 'abcd');
        await page.locator(':is(#send-form .notice, #send-form .error):not(:empty)').waitFor();
      });
    });
  }

  it('counts down again when the service is not ready yet, and keeps the picture for then', async () => {
    await open(async (v) => {
      const { page, solve, asked } = v;
      await page.clock.install();
      await page.reload();
      await askForCode(v, newMobile());
      await page.press('#resend', 'Enter'); // it counts: it can be pressed, and says why it does not send
      await shown(page, '#register-form .notice');
      await page.clock.fastForward(60_000); // the page's minute is over, the service's is not
      await page.locator('#resend:not([aria-disabled])').click();
      await page.locator('#signup').waitFor();
      assert.equal(await focused(page), 'captcha');
      await solve();
      const source = await picture(page);
      await page.click('#send');
      await page.locator('#send[aria-disabled="true"]').waitFor();
      assert.match((await page.textContent('#send')) ?? '', /in \d+ s/);
      assert.equal(await picture(page), source);
      assert.equal(sends(asked).length, 2);
      await page.press('#send', 'Enter');
      assert.equal(sends(asked).length, 2, 'nothing is sent while it counts');
      await page.fill('#mobile', newMobile());
      await page.click('#send'); // another number need not wait, and the picture is still good
      await page.locator('#code').waitFor();
    });
  });

  it('is sent once, however often it is pressed', async () => {
    await open(async ({ page, asked, solve }) => {
      await page.fill('#mobile', newMobile());
      await solve();
      await page.dblclick('#send');
      await page.locator('#code').waitFor();
      assert.equal(sends(asked).length, 1);
    });
  });

  it('takes a number as people paste it', async () => {
    await open(async ({ page, asked }) => {
      await page.fill('#mobile', ' +86 １３８-0000-９９９９\u202C ');
      await page.fill('#captcha', ' ａｂcd ');
      await answer(page, 'smscode/**', '4004');
      const request = page.waitForRequest('**/smscode/**');
      await page.click('#send');
      assert.match((await request).url(), /text=abcd/);
      assert.deepEqual(sends(asked), ['GET /api/v1.0/smscode/13800009999']);
    });
  });

  it('can be left out by those who have a code, and come back to', async () => {
    await open(async ({ page }) => {
      await page.click('#have-code');
      await shown(page, '#mobile-error');
      await page.fill('#mobile', newMobile());
      await page.click('#have-code');
      await page.locator('#code').waitFor();
      await page.goBack();
      await page.locator('#signup').waitFor();
    });
  });
});

describe('a registration', () => {
  const rows: [string, object, place: string][] = [
    ['4002', {}, '#sms-code-error'],
    ['4004', { attempts_left: 0 }, '#sms-code-error'],
    ['4103', {}, '#new-password-error'],
    ['4201', {}, '#register-form .notice'],
    ['4202', { retry_after: 60 }, '#register-form .notice'],
    ['4001', { retry_after: 1 }, '#register-form .notice'],
    ['4500', {}, '#register-form .notice'],
    ['4003', {}, '#login-form .notice'],
  ];
  for (const [errno, data, place] of rows) {
    it(`says what ${errno} ${JSON.stringify(data)} means, in ${place}`, async () => {
      await open(async ({ page }) => {
        await answer(page, 'users', errno, data);
        await page.fill('#mobile', newMobile());
        await page.click('#have-code');
        await page.fill('#sms-code', '123456');
        await page.fill('#new-password', PASSWORD);
        await page.click('#register-form .primary');
        await shown(page, place);
      });
    });
  }

  it('wants six digits and a password before it is sent', async () => {
    await open(async ({ page, asked }) => {
      await page.fill('#mobile', newMobile());
      await page.click('#have-code');
      await page.fill('#sms-code', '１２３ 45');
      await page.fill('#new-password', 'short');
      await page.click('#register-form .primary');
      await shown(page, '#sms-code-error');
      await shown(page, '#new-password-error');
      assert.equal(await focused(page), 'sms-code');
      assert.equal(await page.inputValue('#sms-code'), '12345');
      assert.ok(!asked.includes('POST /api/v1.0/users'));
    });
  });
});
