/** What operators are told when wrangler fails: its own words are long, or meant for programs. */
import { expect, it } from 'vitest';
import { reasonOf } from '../../scripts/operate/wrangler.ts';

const failed = (output: string) => ({ ok: false, output, said: output });
const FAILED = 'A request to the Cloudflare API (/accounts/a/d1/database/b/query) failed.';

it('names the cause that Cloudflare gave, with --json', () => {
  const error = { text: FAILED, notes: [{ text: 'no such database [code: 7404]' }], code: 7404 };
  const output = `\n${JSON.stringify({ error }, null, 2)}\n`;
  expect(reasonOf(failed(output))).toBe(`${FAILED} no such database [code: 7404]`);
});

it('names the cause that Cloudflare gave, without', () => {
  const output = `\n✘ [ERROR] ${FAILED}\n\n  no such database [code: 7404]\n`;
  expect(reasonOf(failed(output))).toBe(`${FAILED} no such database [code: 7404]`);
});

it.each(['{ "error": { "text": "$" } }', '✘ [ERROR] $'])('says how to log in: %s', (shape) => {
  const words =
    "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable for wrangler to work.";
  const reason = reasonOf(failed(shape.replace('$', words)));
  expect(reason).toContain('nobody is logged in');
  expect(reason).toContain('npx wrangler login');
});
