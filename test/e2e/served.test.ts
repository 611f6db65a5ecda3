/** How the pages are served. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { world } from './world.ts';

it('the pages carry a strict policy, and the notes beside them are not served', async () => {
  const { origin } = (await world()).service;
  const { headers } = await fetch(origin);
  const policy = headers.get('Content-Security-Policy') ?? '';
  assert.match(policy, /^default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(headers.get('Strict-Transport-Security'), 'max-age=15552000');
  for (const path of ['/README.md', '/.assetsignore', '/_headers']) {
    assert.equal((await fetch(origin + path)).status, 404, path);
  }
});
