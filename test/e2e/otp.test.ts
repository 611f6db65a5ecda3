/** A phone that reads the code out of its message (WebOTP). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answer, askForCode, at, PHONE, said, visit } from './browser.ts';
import { newMobile, newUser, PASSWORD } from './world.ts';

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
