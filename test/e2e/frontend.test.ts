/** The recipes for front-end developers, run as they are written, on another origin of the same site. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launch } from './chromium.ts';
import { recipe } from './recipes.ts';
import { type Service, startService } from './service.ts';
import { type Site, startSite } from './site.ts';
import { importUsers, mobileOfUser, PASSWORD } from './world.ts';

const DOCUMENTED = 'https://api.example.com';
const jquery = readFileSync(createRequire(import.meta.url).resolve('jquery'), 'utf8');

let browser: Browser;
let site: Site;
let stranger: Site;
let service: Service;

const html = (body: string, ...scripts: string[]) =>
  `<!doctype html><html lang="en"><title>Recipe</title>${body}${scripts
    .map((path) => `<script src="${path}"></script>`)
    .join('')}`;
const ours = (name: string) => recipe(name).replaceAll(DOCUMENTED, service.origin);

async function bundle(source: string): Promise<string> {
  const resolveDir = fileURLToPath(new URL('../..', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: source, loader: 'jsx', resolveDir },
    bundle: true,
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0]?.text ?? '';
}

const NOTE_WHAT_IS_HEARD = `
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = async function () {
    await play.call(this);
    document.documentElement.dataset.heard = this.duration;
  };`;

async function open(url: string): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ locale: 'en-US' });
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.addInitScript(NOTE_WHAT_IS_HEARD);
  await page.goto(url);
  return { page, errors };
}

const said = (page: Page, text: string | RegExp) =>
  page.locator('#said', { hasText: text }).waitFor();

/** Grows by each request for what the path names. */
function requests(page: Page, path: string): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes(path) && request.method() !== 'OPTIONS') seen.push(request.url());
  });
  return seen;
}

/** The id of the captcha that is shown. */
async function shownId(page: Page): Promise<string> {
  await page.waitForFunction('document.querySelector("#picture")?.naturalWidth === 200');
  const source = (await page.getAttribute('#picture', 'src')) ?? '';
  return source.split('/').at(-1) ?? '';
}

const pictureIsNot = (page: Page, id: string) =>
  page.locator(`#picture:not([src$="${id}"])`).waitFor();

const solve = async (page: Page) =>
  page.fill('#shown', await service.line(`dev captcha ${await shownId(page)}`));

async function signUp(page: Page, mobile: string): Promise<void> {
  const first = await shownId(page);
  await page.click('#another');
  await pictureIsNot(page, first);
  const second = await shownId(page);
  await page.fill('#mobile', mobile);
  await page.fill('#shown', 'no');
  await page.click('#send');
  await said(page, 'The captcha does not match');
  await pictureIsNot(page, second);
  await solve(page);
  const sent = requests(page, '/smscode/');
  await page.dblclick('#send');
  await said(page, 'Sent');
  await page.locator('#send:disabled', { hasText: /\((60|5\d) s\)/ }).waitFor();
  assert.equal(sent.length, 1);
  await page.fill('#code', 'no');
  await page.fill('#new-password', PASSWORD);
  await page.click('#sign-up');
  await said(page, 'The SMS code does not match (5 tries left)');
  await page.fill('#code', await service.line(`dev sms ${mobile}`));
  const signedUp = requests(page, '/users');
  await page.dblclick('#sign-up');
  await said(page, /^OK$/);
  assert.equal(signedUp.length, 1);
}

async function logOutAndIn(page: Page, mobile: string): Promise<void> {
  await page.click('#sign-up');
  await said(page, 'registered already: log in instead');
  await page.click('#log-out');
  await said(page, /^OK$/);
  await page.click('#log-out');
  await said(page, 'Not logged in');
  await page.fill('#user', mobile);
  await page.fill('#password', 'wrong password');
  await page.click('#log-in');
  await said(page, 'Wrong mobile number or password');
  await page.fill('#password', PASSWORD);
  await page.click('#log-in');
  await said(page, /^OK$/);
}

/** Solves the spoken captcha, and is told how long to wait for the next code. */
async function listen(page: Page, mobile: string): Promise<void> {
  await page.reload();
  const shown = await shownId(page);
  const spoken = requests(page, '/audiocode/');
  await page.click('#listen');
  await page.locator('html[data-heard]').waitFor();
  await page.locator('#picture:not([src])').waitFor();
  const id = spoken[0]?.split('/').at(-1) ?? '';
  assert.notEqual(id, shown);
  assert.ok(Number(await page.getAttribute('html', 'data-heard')) > 3, 'some seconds of sound');
  const digits = await service.line(`dev captcha ${id}`);
  assert.match(digits, /^[0-9]{6}$/);
  await page.fill('#mobile', mobile);
  await page.fill('#shown', digits);
  await page.click('#send');
  await said(page, /registered already|please wait/);
}

describe('a recipe', () => {
  before(async () => {
    browser = await launch(); // first: without a browser nothing is left behind
    site = await startSite();
    stranger = await startSite();
    service = await startService({ vars: { ALLOWED_ORIGINS: site.origin } });
    site.serve('/jquery-1.11.js', 'text/javascript', jquery);
    for (const name of ['fetch.js', 'jquery.js']) {
      site.serve(`/${name}`, 'text/javascript', ours(name));
      stranger.serve(`/${name}`, 'text/javascript', ours(name));
    }
    site.serve('/react.js', 'text/javascript', await bundle(ours('react.jsx')));
    site.serve('/fetch', 'text/html', html(recipe('page.html'), '/fetch.js'));
    site.serve('/jquery', 'text/html', html(recipe('page.html'), '/jquery-1.11.js', '/jquery.js'));
    site.serve('/react', 'text/html', html('<div id="root"></div>', '/react.js'));
    stranger.serve('/fetch', 'text/html', html(recipe('page.html'), '/fetch.js'));
    const more = recipe('page.html') + recipe('code.html');
    site.serve('/code.js', 'text/javascript', ours('code.js'));
    site.serve('/code', 'text/html', html(more, '/fetch.js', '/code.js'));
    await importUsers(service.state);
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
    await site?.stop();
    await stranger?.stop();
  });

  for (const [n, name] of ['fetch', 'jquery', 'react'].entries()) {
    it(`(${name}) signs up, logs in, listens and counts down`, async () => {
      const mobile = `1390006000${n}`;
      const { errors, page } = await open(`${site.origin}/${name}`);
      await signUp(page, mobile);
      await logOutAndIn(page, mobile);
      await listen(page, mobile);
      assert.deepEqual(errors, []);
      await page.close();
    });
  }

  for (const name of ['fetch', 'jquery', 'react']) {
    it(`(${name}) says when the digits cannot be heard`, async () => {
      const { errors, page } = await open(`${site.origin}/${name}`);
      await shownId(page);
      await page.route('**/audiocode/**', (route) => route.abort());
      await page.click('#listen');
      await said(page, 'The digits cannot be heard now');
      assert.deepEqual(
        errors.filter((text) => !text.includes('ERR_FAILED')),
        [],
      );
      await page.close();
    });
  }

  for (const [n, name] of ['fetch', 'jquery', 'react'].entries()) {
    it(`(${name}) says when a code has no tries left`, async () => {
      const mobile = `1390006001${n}`;
      const { page } = await open(`${site.origin}/${name}`);
      await page.fill('#mobile', mobile);
      await solve(page);
      await page.click('#send');
      await said(page, 'Sent');
      const code = await service.line(`dev sms ${mobile}`);
      await page.fill('#code', code === '000000' ? '000001' : '000000');
      await page.fill('#new-password', PASSWORD);
      for (const advice of [4, 3, 2, 1].map((left) => ` (${left} tries left)`)) {
        await page.click('#sign-up');
        await said(page, `The SMS code does not match${advice}`);
      }
      await page.click('#sign-up');
      await said(page, 'The SMS code does not match: get a new code');
      await page.close();
    });
  }

  it('(code) logs in by code, and says that there is no account', async () => {
    const mobile = mobileOfUser(1);
    const { errors, page } = await open(`${site.origin}/code`);
    await page.fill('#mobile', '13900060007');
    await solve(page);
    await page.click('#send-login');
    await said(page, 'There is no such user');
    await page.fill('#mobile', mobile);
    await solve(page);
    await page.click('#send-login');
    await said(page, 'Sent');
    await page.locator('#send-login:disabled', { hasText: /\((60|5\d) s\)/ }).waitFor();
    await page.fill('#code', await service.line(`dev sms ${mobile}`));
    await page.click('#log-in-by-code');
    await said(page, /^OK$/);
    await page.click('#log-out');
    await said(page, /^OK$/);
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('waits as long as it is told', async () => {
    const mobile = '13900060009';
    const { page } = await open(`${site.origin}/fetch`);
    for (const answer of ['Sent', 'A code was sent just now, please wait']) {
      await page.reload();
      await page.fill('#mobile', mobile);
      await solve(page);
      await page.click('#send');
      await said(page, answer);
      await page.locator('#send:disabled', { hasText: /\((60|5\d) s\)/ }).waitFor();
    }
    await page.close();
  });

  it('on an origin that is not allowed reaches nothing', async () => {
    const { page } = await open(`${stranger.origin}/fetch`);
    await page.fill('#mobile', '13900060008');
    await solve(page); // a picture may be shown on any page of the site
    await page.click('#send');
    await said(page, 'The service cannot be reached');
    await page.click('#log-in');
    await said(page, 'The service cannot be reached');
    await page.close();
  });
});
