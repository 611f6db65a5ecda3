/** `/docs`: the description of the API for people. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { world } from './world.ts';

const PUBLIC = new URL('../../public/', import.meta.url);
const BUDGET_BYTES = 11 * 1024;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const read = (path: string) => readFileSync(new URL(path, PUBLIC), 'utf8');

/** What stands first or last in a row, and takes more than one line. */
const BROKEN_CELLS = `
  [...document.querySelectorAll(':is(th, td):is(:first-child, :last-child)')]
    .filter((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length > 1;
    })
    .map((cell) => cell.textContent)`;

interface Operation {
  operationId: string;
  summary: string;
  requestBody?: object;
  parameters?: object;
  responses: Record<string, { description: string; headers: object; content: object }>;
}
const { components, paths } = JSON.parse(read('openapi.json')) as {
  components: object;
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

/** What a reader must find of a part of the document: every value that is named, and all that is said of one. */
function saidIn(part: unknown, names = ['description', 'enum', 'default', 'example']): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = Object.entries(part).flatMap(([name, value]: [string, unknown]) => {
    if (name === '$ref') return saidIn(resolve(String(value)), names);
    if (names.includes(name)) return [value].flat().map(String);
    return saidIn(value, names);
  });
  return own.map((text) => text.replaceAll('`', ''));
}

/** `#/components/schemas/UserGone` */
function resolve(reference: string): unknown {
  const [, , kind = '', name = ''] = reference.split('/');
  return (components as Record<string, Record<string, unknown>>)[kind]?.[name];
}

async function open(hash: string, colorScheme: 'light' | 'dark', width: number): Promise<Page> {
  const { browser, service } = await world();
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(service.origin)) errors.push(request.url());
  });
  await page.goto(`${service.origin}/docs${hash}`);
  try {
    await page
      .locator('section')
      .nth(operations.length - 1)
      .waitFor();
  } finally {
    assert.deepEqual(errors, []);
  }
  return page;
}

describe('/docs', () => {
  for (const [colorScheme, width] of [
    ['light', 320],
    ['dark', 1280],
  ] as const) {
    it(`shows every operation to everybody (${colorScheme}, ${width} px)`, async () => {
      const page = await open('', colorScheme, width);
      assert.deepEqual(
        await page.locator('h3').allTextContents(),
        operations.map(({ summary }) => summary),
      );
      await page.evaluate(
        'document.querySelectorAll("details").forEach((one) => { one.open = true })',
      );
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      assert.deepEqual(await page.evaluate(BROKEN_CELLS), [], 'an errno or status is broken');
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
      );
      const text = await page.locator('#signUp').innerText();
      for (const part of [
        'POST /api/v1.0/users',
        '11 characters',
        '短信验证码不一致',
        'attempts_left',
      ]) {
        assert.ok(text.includes(part), part);
      }
      await page.close();
    });
  }

  it('keeps nothing of the description back: values, what they mean, null, headers', async () => {
    const page = await open('', 'light', 390);
    const textOf = async (id: string) => (await page.locator(`#${id}`).textContent()) ?? '';
    for (const { operationId, parameters, requestBody, responses } of operations) {
      const text = await textOf(operationId);
      const { 200: done, ...others } = responses;
      const rest = Object.values(others).map(({ content, headers }) => [content, headers]);
      for (const part of saidIn([parameters, requestBody, done, rest])) {
        assert.ok(text.includes(part), `${operationId}: ${part}`);
      }
      for (const name of ['Cache-Control', ...Object.keys(done?.headers ?? {})]) {
        assert.ok(text.includes(name), `${operationId}: ${name}`);
      }
    }
    const everything = await textOf('exportAccount');
    assert.match(everything, /used_at string or null/);
    assert.match(everything, /"user_id": 1,/);
    assert.match(everything, /until string; [^;]+; UTC\+8/);
    assert.match(await textOf('logOut'), /Max-Age=0/);
    await page.close();
  });

  it('opens what is asked for, by link and by keyboard', async () => {
    const page = await open('#logIn', 'light', 390);
    await page.waitForFunction('scrollY > 0');
    await page.focus('#logIn a');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#logIn details[open]').waitFor();
    await page.close();
  });

  it('says when the description cannot be had', async () => {
    const { browser, service } = await world();
    const page = await browser.newPage();
    await page.route('**/openapi.json', (route) => route.abort());
    await page.goto(`${service.origin}/docs`);
    assert.match((await page.getByRole('alert').textContent()) ?? '', /could not be loaded/);
    await page.close();
  });

  it('is small, and has nothing inline', () => {
    const files = [
      'openapi.json',
      'docs.html',
      ...readdirSync(new URL('docs', PUBLIC)).map((name) => `docs/${name}`),
    ];
    const total = files.reduce((sum, path) => sum + gzipSync(read(path)).byteLength, 0);
    assert.ok(total < BUDGET_BYTES, `${total} bytes after gzip`);
    assert.doesNotMatch(read('docs.html'), /<script(?![^>]*\ssrc=)|<style|\s(?:style|on\w+)=/);
    assert.doesNotMatch(read('docs/docs.js'), /innerHTML|outerHTML|insertAdjacentHTML/);
  });
});
