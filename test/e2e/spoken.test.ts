/** Digits to hear in place of the picture. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { answer, at, DESKTOP, focused, follow, hold, said, visit, type Visit } from './browser.ts';
import { newMobile, world } from './world.ts';

/** Lets tests reach what plays, as `window.player`, and see whether it does, on the root element. */
const HAND_OUT_THE_PLAYER = `
  window.Audio = class extends Audio {
    constructor() {
      super();
      window.player = this;
      const { dataset } = document.documentElement;
      this.addEventListener('playing', () => { dataset.sound = 'on'; });
      this.addEventListener('pause', () => { dataset.sound = 'off'; });
    }
  };`;

const plays = (page: Page) => page.locator('html[data-sound="on"]').waitFor();
const end = (page: Page) => page.evaluate('player.currentTime = player.duration');
const spoken = (asked: string[]) => asked.filter((path) => path.includes('/audiocode/'));
const drawn = (asked: string[]) => asked.filter((path) => path.includes('/imagecode/'));
const label = (page: Page) => page.textContent('label[for="captcha"]');

/** Types the digits that were spoken last. */
async function typeDigits({ page, asked }: Visit): Promise<void> {
  const id = spoken(asked).at(-1)?.split('/').at(-1);
  await page.fill('#captcha', await (await world()).service.line(`dev captcha ${id}`));
}

async function listening(test: (v: Visit) => Promise<void>, mayLog?: string): Promise<void> {
  await visit({ ...DESKTOP, ...(mayLog !== undefined && { mayLog }) }, async (v) => {
    const { page, origin } = v;
    await page.addInitScript(HAND_OUT_THE_PLAYER);
    await page.goto(`${origin}/?spoken#signup`);
    await page.locator('.picture[data-state="ready"]').waitFor();
    await test(v);
  });
}

describe('a spoken captcha', { concurrency: 2 }, () => {
  it('is not spoken over: the focus goes to the field when the sound has ended or was stopped', async () => {
    await listening(async ({ page }) => {
      await page.click('#captcha-listen');
      await plays(page);
      assert.equal(await focused(page), 'captcha-listen');
      await end(page);
      await page.locator('#captcha:focus').waitFor();
      await page.click('#captcha-listen');
      await plays(page);
      assert.equal(await focused(page), 'captcha-listen');
      await page.evaluate('player.pause()');
      await page.locator('#captcha:focus').waitFor();
    });
  });

  it('takes the focus from nobody who has gone on to another field', async () => {
    await listening(async ({ page }) => {
      await page.click('#captcha-listen');
      await plays(page);
      await page.focus('#mobile');
      await end(page);
      await page.locator('html[data-sound="off"]').waitFor();
      assert.equal(await focused(page), 'mobile');
    });
  });

  it('takes the focus from nobody who has gone on while it was on its way', async () => {
    await listening(async ({ page }) => {
      const release = await hold(page, 'audiocode/**');
      await page.click('#captcha-listen');
      await page.focus('#mobile');
      release();
      await plays(page);
      await end(page);
      await page.locator('html[data-sound="off"]').waitFor();
      assert.equal(await focused(page), 'mobile');
      await page.route('**/audiocode/**', (route) => route.abort());
      await page.click('#captcha-another');
      await page.focus('#mobile');
      assert.match(await said(page, '#captcha-error'), /could not be played/);
      assert.equal(await focused(page), 'mobile');
    }, 'ERR_FAILED');
  });

  it('is fetched once, however often it is pressed, and what is typed meanwhile stays', async () => {
    await listening(async ({ page, asked }) => {
      await page.clock.install();
      await page.setViewportSize({ width: 320, height: 640 });
      const box = () => page.locator('#captcha-listen').boundingBox();
      const before = await box();
      const release = await hold(page, 'audiocode/**');
      await page.dblclick('#captcha-listen');
      assert.deepEqual(await box(), before, 'it stays below the finger');
      await page.clock.fastForward(1000);
      assert.match(await said(page, '#announcement'), /One moment/);
      assert.equal(await page.getAttribute('#captcha-listen', 'data-pressed'), '');
      assert.equal(spoken(asked).length, 1);
      await page.fill('#captcha', 'abc');
      assert.equal(await page.getAttribute('#captcha-listen', 'data-pressed'), null);
      assert.equal(await page.textContent('#announcement'), '');
      const response = page.waitForResponse('**/audiocode/**');
      release();
      await (await response).finished();
      await page.click('#captcha-listen');
      await plays(page);
      assert.equal(spoken(asked).length, 2);
    });
  });

  it('falls silent when one goes on', async () => {
    await listening(async ({ page, solve }) => {
      await page.click('#captcha-listen');
      await plays(page);
      await follow(page, '#ask a[href="#login"]:visible');
      await page.locator('html[data-sound="off"]').waitFor();
      await page.goBack();
      await page.click('#captcha-see');
      const release = await hold(page, 'audiocode/**');
      await page.fill('#mobile', newMobile());
      await solve();
      await page.click('#captcha-listen');
      await page.click('#send');
      await at(page, 'code');
      const response = page.waitForResponse('**/audiocode/**');
      release();
      await (await response).finished();
      await page.locator('#sms-code:focus').waitFor();
      // What is asked for later has been read: so have the digits.
      await page.evaluate("fetch('/favicon.svg').then((later) => later.blob())");
      assert.equal(await page.getAttribute('html', 'data-sound'), 'off');
    });
  });

  it('is spoken anew in a language that was chosen since', async () => {
    await listening(async ({ page, asked }) => {
      await page.click('#captcha-listen');
      await plays(page);
      await end(page);
      await page.locator('#captcha:focus').waitFor();
      await page.click('#language');
      assert.equal(await page.textContent('#captcha-listen span'), '收听');
      const request = page.waitForRequest('**/audiocode/**');
      await page.click('#captcha-listen');
      assert.equal(await (await request).headerValue('accept-language'), 'zh-CN');
      await plays(page);
      assert.equal(spoken(asked).length, 2);
    });
  });

  it('can be heard again, until another one is asked for', async () => {
    await listening(async (v) => {
      const { page, asked } = v;
      await page.click('#captcha-listen');
      await plays(page);
      await end(page);
      await page.locator('#captcha:focus').waitFor();
      await page.getByRole('button', { name: 'Listen again' }).click();
      await plays(page);
      assert.equal(spoken(asked).length, 1);
      const others = page.waitForResponse('**/audiocode/**');
      await page.getByRole('button', { name: 'New digits' }).click();
      await others;
      await page.locator('#captcha-another:not([data-pressed])').waitFor();
      assert.equal(spoken(asked).length, 2);
      await page.fill('#mobile', newMobile());
      await typeDigits(v);
      await page.click('#send');
      await at(page, 'code');
    });
  });

  it('is called what it is, and gives way to a picture on demand', async () => {
    await listening(async ({ page, solve }) => {
      await page.click('#captcha-listen');
      await page.locator('.picture[data-state="spoken"]').waitFor();
      assert.match((await label(page)) ?? '', /six digits you hear/);
      await page.fill('#mobile', newMobile());
      await page.click('#send');
      assert.match(await said(page, '#captcha-error'), /digits you hear/);
      await answer(page, 'smscode/**', '4002');
      await page.fill('#captcha', '123456');
      await page.click('#send');
      assert.match(await said(page, '#captcha-error'), /digits have expired/);
      await page.unroute('**/api/v1.0/smscode/**');
      await page.getByRole('button', { name: 'Show a picture' }).click();
      assert.match((await label(page)) ?? '', /in the picture/);
      assert.equal(await page.isVisible('#captcha-see'), false);
      await solve();
      await page.click('#send');
      await at(page, 'code');
    });
  });

  it('that was not understood is followed by another spoken one', async () => {
    await listening(async (v) => {
      const { page, asked } = v;
      await page.click('#captcha-listen');
      await page.locator('.picture[data-state="spoken"]').waitFor();
      const pictures = drawn(asked).length;
      await page.fill('#mobile', newMobile());
      await page.fill('#captcha', 'no');
      await page.click('#send');
      assert.match(await said(page, '#captcha-error'), /Choose “Listen” for new digits/);
      assert.equal(await focused(page), 'captcha');
      await page.getByRole('button', { name: 'Listen', exact: true }).click();
      await page.getByRole('button', { name: 'Listen again' }).waitFor();
      assert.equal(spoken(asked).length, 2);
      assert.equal(drawn(asked).length, pictures);
      await typeDigits(v);
      await page.click('#send');
      await at(page, 'code');
    });
  });

  it('that cannot be had or played is an error of the field, which takes the focus', async () => {
    await listening(async ({ page }) => {
      await page.route('**/audiocode/**', (route) => route.abort());
      await page.click('#captcha-listen');
      assert.match(await said(page, '#captcha-error'), /could not be played/);
      assert.equal(await focused(page), 'captcha');
      await page.unroute('**/audiocode/**');
      await page.route('**/audiocode/**', (route) =>
        route.fulfill({ contentType: 'audio/wav', body: 'no sound' }),
      );
      await page.click('#captcha-listen');
      await page.locator('.picture[data-state="spoken"]').waitFor();
      assert.match(await said(page, '#captcha-error'), /could not be played/);
      assert.equal(await focused(page), 'captcha');
    }, 'ERR_FAILED');
  });

  it('that has grown old says that there are others', async () => {
    await listening(async ({ page }) => {
      await page.clock.install();
      await page.click('#captcha-listen');
      await page.locator('.picture[data-state="spoken"]').waitFor();
      await page.fill('#captcha', '123');
      await page.focus('#mobile');
      await page.clock.fastForward(280_000);
      await page.focus('#captcha');
      assert.equal(await page.inputValue('#captcha'), '');
      assert.match(await said(page, '#announcement'), /new digits/);
    });
  });
});
