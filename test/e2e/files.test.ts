/** What holds of the pages' files as they lie there, without a browser. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CAPTCHA_ALPHABET } from '../../src/captcha/draw.ts';
import { securityEvents } from '../../src/db/schema.ts';

const PUBLIC = new URL('../../public/', import.meta.url);
const BUDGET_BYTES = 40 * 1024;

const read = (path: string) => readFileSync(new URL(path, PUBLIC), 'utf8');
const modules = readdirSync(new URL('js', PUBLIC)).map((name) => `js/${name}`);
const html = read('index.html');

type Texts = Record<string, string>;
const source = new URL('js/texts.js', PUBLIC).href;
const { TEXTS } = (await import(source)) as { TEXTS: { zh: Texts; en: Texts } };

it('both languages have every text', () => {
  assert.deepEqual(Object.keys(TEXTS.en).toSorted(), Object.keys(TEXTS.zh).toSorted());
  const named = [...html.matchAll(/data-(?:text|label|alt|ready|counting|why)="(\w+)"/g)];
  const purposes = ['signup', 'login', 'reset', 'delete'].flatMap((purpose) =>
    [...html.matchAll(/data-suffix="(\w+)"/g)].map(([, suffix]) => `${purpose}${suffix}`),
  );
  for (const key of [...named.map(([, name]) => name), ...purposes]) {
    assert.ok(key !== undefined && key in TEXTS.en, `no text ${key}`);
  }
  for (const kind of securityEvents.kind.enumValues) {
    assert.ok(`event_${kind}` in TEXTS.en, `no text for ${kind}`);
  }
});

it('the hint of the captcha names the characters that there are, each by itself', () => {
  for (const { captchaHint = '' } of Object.values(TEXTS)) {
    const [named = ''] = captchaHint.match(/\b[0-9A-Z](?: [0-9A-Z])+\b/) ?? [];
    assert.equal(named.replaceAll(' ', ''), CAPTCHA_ALPHABET, captchaHint);
  }
});

it('what a text names in quotes is there under that name', () => {
  for (const texts of Object.values(TEXTS)) {
    const names = Object.values(texts).flatMap((text) => text.match(/(?<=“)[^”]+/g) ?? []);
    assert.deepEqual(
      names.filter((name) => !Object.values(texts).includes(name)),
      [],
    );
  }
});

it('the pages are small', () => {
  const names = readdirSync(PUBLIC).filter((name) => /\.(html|css|svg)$/.test(name));
  const sizes = [...names, ...modules].map((path) => gzipSync(read(path)).byteLength);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total < BUDGET_BYTES, `${total} bytes after gzip`);
});

it('the page has no inline script, style or handler, and loads nothing from elsewhere', () => {
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\s(?:style|on\w+)=/);
  assert.doesNotMatch(html, /(?:src|href)="(?:[a-z]+:|\/\/)/);
});

it('no module builds HTML out of text', () => {
  for (const path of modules) {
    assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, path);
  }
});

it('no module has syntax that stops it on phones of before 2023: looking behind', () => {
  for (const path of modules) assert.doesNotMatch(read(path), /\(\?<[=!]/, path);
});

it('every module but the first is announced ahead of its import', () => {
  const announced = [...read('_headers').matchAll(/<\/(js\/\w+\.js)>/g)].map(([, path]) => path);
  const imported = modules.filter((path) => path !== 'js/main.js');
  assert.deepEqual(new Set(announced), new Set(imported));
});
