/** What a public linter says of the description of the API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, it } from 'vitest';

const source = readFileSync(join(import.meta.dirname, '../public/openapi.json'), 'utf8');

it('the description of the API is valid and has everything that Redocly recommends', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source, config });
  const told = problems.map(({ location, ruleId }) => [ruleId, location[0]?.pointer]);
  expect(told).toEqual([]);
});
