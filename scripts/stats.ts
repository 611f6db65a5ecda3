/**
 * `npm run stats -- [--remote] [--html <file>]`: from captcha to account, by hour and day, in the terminal and as a
 * page. D1 is asked for what it holds anyway; Analytics Engine, where it is bound, for the rest.
 */
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { database, WHICH_DATABASE } from './d1.ts';
import { messageOf } from './operate/message.ts';
import { argumentsOf, stop } from './operate/options.ts';
import { readProjectOr } from './operate/project.ts';
import { type AnalyticsStats, readAnalytics } from './stats/analytics.ts';
import { htmlOf } from './stats/html.ts';
import { readLedger } from './stats/ledger.ts';
import { statsOf } from './stats/stats.ts';
import { textOf } from './stats/text.ts';

const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';
const USAGE = 'npm run stats -- [--remote] [--html <file>] [--persist-to <folder>]';

const { values, positionals } = argumentsOf(USAGE, { ...WHICH_DATABASE, html: { type: 'string' } });
const page = values.html ?? 'stats.html';
if (positionals.length > 0 || page === '') stop(USAGE);
const now = Date.now();

const ledger = await readLedger(database(values), now).catch(
  fail('The database could not be asked'),
);
const asked = await askAnalytics();
const stats = statsOf(now, ledger, asked.analytics, asked.whyNot);
console.log(textOf(stats));
await writeFile(page, htmlOf(stats)).catch(fail('The page could not be written'));
console.log(`\nThe same with charts: ${page}`);

function fail(what: string) {
  return (error: unknown): never => {
    console.error(`${what}: ${messageOf(error)}`);
    process.exit(1);
  };
}

async function askAnalytics(): Promise<{ analytics: AnalyticsStats | null; whyNot: string }> {
  if (!values.remote) return none('only a deployed worker has them');
  const name = readProjectOr(stop, dirname(import.meta.dirname)).analytics_engine_datasets[0]
    ?.dataset;
  if (name === undefined) return none('wrangler.toml binds no dataset (docs/operations.md)');
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: account } = process.env;
  if (!token || !account) {
    return none('CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID are not in the environment');
  }
  const api = process.env['CLOUDFLARE_API_BASE_URL'] ?? CLOUDFLARE_API;
  try {
    return { analytics: await readAnalytics({ name, account, token, api }, now), whyNot: '' };
  } catch (error) {
    return none(`Analytics Engine said: ${messageOf(error)}`);
  }
}

function none(whyNot: string) {
  return { analytics: null, whyNot };
}
