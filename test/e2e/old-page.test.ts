/** Pages of the older service, which nobody will change, against the worker as it is. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { it } from 'node:test';
import type { Page } from 'playwright-core';
import { PASSWORD, world } from './world.ts';

const MOBILE = '13900008000';
const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const jquery = readFileSync(createRequire(import.meta.url).resolve('jquery'), 'utf8');

async function openOldPage(): Promise<Page> {
  const { browser, service } = await world();
  const page = await browser.newPage({ locale: 'zh-CN' });
  const serve = (path: string, contentType: string, body: string) =>
    page.route(`${service.origin}${path}`, (route) => route.fulfill({ contentType, body }));
  await serve('/old/page.html', 'text/html', read('old-page.html'));
  await serve('/old/page.js', 'text/javascript', read('old-page.js'));
  await serve('/old/jquery.js', 'text/javascript', jquery);
  await page.goto(`${service.origin}/old/page.html`);
  return page;
}

const said = (page: Page, text: string) =>
  page.waitForFunction(`document.querySelector('#said').textContent === '${text}'`);

const pictureShown = (page: Page) =>
  page.waitForFunction('document.querySelector("#picture").naturalWidth > 0');

async function solve(page: Page): Promise<void> {
  const { service } = await world();
  await pictureShown(page);
  const source = (await page.getAttribute('#picture', 'src')) ?? '';
  await page.fill('#captcha', await service.line(`dev captcha ${source.split('/').at(-1)}`));
}

it('an old page signs up, logs in and logs out', async () => {
  const { service } = await world();
  const page = await openOldPage();
  await page.context().addCookies([{ name: 'csrf_token', value: 'abc', url: service.origin }]);
  await page.fill('#mobile', MOBILE);
  await pictureShown(page);
  await page.fill('#captcha', 'no');
  await page.click('#send');
  await said(page, '4004 图片验证码不一致');
  await page.click('#picture');
  await solve(page);
  await page.click('#send');
  await said(page, '0 发送成功');
  await page.fill('#code', '000000x');
  await page.fill('#password', PASSWORD);
  await page.click('#register button');
  await said(page, '4004 短信验证码不一致');
  await page.fill('#code', await service.line(`dev sms ${MOBILE}`));
  await page.click('#register button');
  await said(page, '0 OK');
  await page.click('#register button');
  await said(page, '4003 手机号已注册');
  await page.click('#logout');
  await said(page, '0 OK');
  await page.click('#logout');
  await said(page, '4101 用户未登录');
  await page.fill('#name', MOBILE);
  await page.fill('#secret', 'wrong');
  await page.click('#login button');
  await said(page, '4004 用户名或密码错误');
  await page.fill('#secret', PASSWORD);
  await page.click('#login button');
  await said(page, '0 OK');
});
