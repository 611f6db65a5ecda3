/** With the real wrangler against a small Cloudflare: one account from nothing to a worker that runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deploy } from '../../scripts/operate/deploy.ts';
import { examine } from '../../scripts/operate/doctor.ts';
import { type Cloudflare, DATABASE_ID, KV_ID, startCloudflare } from './cloudflare.ts';
import { makePlace, type Place } from './place.ts';

const REMOTE = { remote: true, addresses: [] };
const WEBHOOK_SECRET = 'whsec_c2VjcmV0';

/** Says yes to everything, and where the database is to be. */
const agree = (question: string) => (question.startsWith('Where') ? 'apac' : 'y');

describe('npm run deploy, from nothing', { timeout: 120_000 }, () => {
  let cloudflare: Cloudflare;
  let place: Place;
  const said = () => place.said.join('\n');

  beforeEach(async () => {
    cloudflare = await startCloudflare();
    place = makePlace(cloudflare.env);
  });
  afterEach(async () => {
    place.remove();
    await cloudflare.stop();
  });

  it('creates nothing while nobody is there to agree, and names the commands', async () => {
    expect(await deploy(place.site())).toBe(1);
    expect(said()).toContain('npx wrangler kv namespace create edge-signup-KV');
    expect(said()).toContain('npx wrangler d1 create edge-signup --location apac');
    expect(cloudflare.changes).toEqual([]);
  });

  it('creates nothing while a setting is malformed', async () => {
    place.edit((text) => text.replace('https://sms.signup.test', 'ftp://sms.signup.test'));
    expect(await deploy(place.site(agree))).toBe(1);
    expect(said()).toContain('✗ WEBHOOK_URL: ');
    expect(said()).not.toContain('Make the KV namespace');
  });

  it('refuses a development setting before it asks anybody', async () => {
    place.edit((text) => text.replace('ENVIRONMENT = "production"', 'ENVIRONMENT = "development"'));
    expect(await deploy(place.site(agree))).toBe(1);
    expect(said()).toContain('✗ ENVIRONMENT is "development"');
    expect(cloudflare.changes).toEqual([]);
  });

  it('creates nothing that was not agreed to', async () => {
    expect(await deploy(place.site(() => 'n'))).toBe(1);
    expect(cloudflare.changes).toEqual([]);
  });

  it('asks again for a place that there is not: a database cannot be moved', async () => {
    const places = ['asia', 'APAC'];
    const answer = (question: string) =>
      question.startsWith('Where') ? (places.shift() ?? '') : 'y';
    await deploy(place.site(answer));
    expect(said()).toContain('There is no place called asia.');
    expect(cloudflare.location).toBe('apac');
  });

  it('makes the stores and keys, stops at what only the person knows, and goes on from there', async () => {
    expect(await deploy(place.site(agree))).toBe(1);
    expect(place.read('wrangler.toml')).toContain(`\nid = "${KV_ID}"`);
    expect(place.read('wrangler.toml')).toContain(`\ndatabase_id = "${DATABASE_ID}"`);
    expect(place.read('wrangler.toml')).toContain('# A shield by client address');
    expect(said()).toContain('✗ WEBHOOK_SECRET: is missing');
    expect(said()).toContain('npx wrangler secret put WEBHOOK_SECRET');
    expect(cloudflare.versions.map(({ bindings }) => bindings)).toEqual([[]]); // the draft with the secrets
    const keys = ['SECRET_KEY', 'PASSWORD_PEPPER'].map(
      (name) => cloudflare.secrets.get(name) ?? '',
    );
    expect(keys.map((key) => Buffer.from(key, 'base64').byteLength)).toEqual([32, 32]);
    expect(new Set(keys).size).toBe(2);
    expect(said()).toContain(`PASSWORD_PEPPER=${keys[1]}`);
    expect(said()).not.toContain(keys[0]);

    // With nobody there it asks nothing, and migrates before it deploys the code.
    cloudflare.secrets.set('WEBHOOK_SECRET', WEBHOOK_SECRET);
    expect(await deploy(place.site())).toBe(0);
    expect(said()).toMatch(/✓ Applied 0000_init\.sql.*/);
    expect(said()).toContain('Next: npm run doctor -- https://edge-signup.someone.workers.dev');
    expect(said().indexOf('Applied')).toBeLessThan(said().indexOf('Deployed'));
    expect(cloudflare.database?.('select name from d1_migrations')).not.toEqual([]);
    expect(cloudflare.versions.at(-1)).toMatchObject({ limits: { cpu_ms: 5000 } });
  });
});

describe('npm run deploy and npm run doctor, of a worker that runs', { timeout: 120_000 }, () => {
  let cloudflare: Cloudflare;
  let place: Place;
  let secrets: Map<string, string>;
  let versions: Cloudflare['versions'];
  const said = () => place.said.join('\n');

  beforeAll(async () => {
    cloudflare = await startCloudflare();
    place = makePlace(cloudflare.env);
    await deploy(place.site(agree));
    cloudflare.secrets.set('WEBHOOK_SECRET', WEBHOOK_SECRET);
    await deploy(place.site());
    secrets = new Map(cloudflare.secrets);
    versions = structuredClone(cloudflare.versions);
  }, 120_000);
  beforeEach(() => {
    place.said.length = 0;
    cloudflare.secrets.clear();
    for (const [name, value] of secrets) cloudflare.secrets.set(name, value);
    cloudflare.versions.splice(0, Infinity, ...structuredClone(versions));
    cloudflare.isFree = false;
    cloudflare.database?.('delete from users');
  });
  afterAll(async () => {
    place.remove();
    await cloudflare.stop();
  });

  it('finds nothing wrong with what was deployed', async () => {
    expect(await examine(place.site(), REMOTE)).toBe(0);
    expect(said()).toContain('✓ Its settings are complete');
  });

  it('sees what somebody changed in the dashboard', async () => {
    const setting = cloudflare.versions.at(-1)?.bindings.find(({ name }) => name === 'ENVIRONMENT');
    Object.assign(setting ?? {}, { text: 'development' });
    cloudflare.versions
      .at(-1)
      ?.bindings.push({ name: 'SMS_DAYLY_BUDGET', type: 'plain_text', text: '100' });
    cloudflare.secrets.delete('PASSWORD_PEPPER');
    expect(await examine(place.site(), REMOTE)).toBe(1);
    expect(said()).toContain('✗ ENVIRONMENT is "development"');
    expect(said()).toContain('✗ The secret PASSWORD_PEPPER is not set');
    expect(said()).toContain('! SMS_DAYLY_BUDGET is no setting of this service');
  });

  it('makes no pepper while passwords are on one', async () => {
    cloudflare.secrets.delete('PASSWORD_PEPPER');
    cloudflare.database?.(`insert into users (mobile, name, password_hash, created_at, updated_at)
      values ('13800138000', 'a', 'pbkdf2-sha256$i=600000$k=abcdefgh$salt$hash', 0, 0)`);
    expect(await deploy(place.site(agree))).toBe(1);
    expect(said()).toContain('passwords in the database are on one (1)');
    expect(cloudflare.secrets.has('PASSWORD_PEPPER')).toBe(false);
  });

  it('says that it deployed although the report of it is lost', async () => {
    const site = place.site();
    const wrangler: typeof site.wrangler = async (args, options) =>
      site.wrangler(args, args[0] === 'deploy' ? {} : options);
    expect(await deploy({ ...site, wrangler })).toBe(0);
    expect(said()).toContain('✓ Deployed. Next: npm run doctor -- https://<its address>');
  });

  it('shows the pepper before it is set, which it may be though the answer to that is lost', async () => {
    cloudflare.secrets.delete('PASSWORD_PEPPER');
    const site = place.site(agree);
    const lost = { ok: false, output: '', said: '' };
    const wrangler: typeof site.wrangler = async (args, options) =>
      args.includes('put') ? lost : site.wrangler(args, options);
    expect(await deploy({ ...site, wrangler })).toBe(1);
    expect(said()).toMatch(/^PASSWORD_PEPPER=\S{44}$/m);
    expect(said()).toContain('Nothing was deployed.');
  });

  it('says that the free plan is the reason', async () => {
    cloudflare.isFree = true;
    expect(await deploy(place.site())).toBe(1);
    expect(said()).toContain('This account is on the free plan');
  });
});

it('npm run doctor names the file of a malformed setting', async () => {
  const place = makePlace();
  const key = Buffer.alloc(32).toString('base64');
  writeFileSync(
    join(place.root, '.dev.vars'),
    `SECRET_KEY=${key}\nPASSWORD_PEPPER=${key}\nSIGNUP=no\n`,
  );
  place.edit((text) => text.replace('ERROR_STATUS = "200"', 'ERROR_STATUS = "sematic"'));
  expect(await examine(place.site(), { remote: false, addresses: [] })).toBe(1);
  const said = place.said.map((line) => line.trim());
  const next = (problem: string) => said[said.indexOf(problem) + 1];
  expect(next('✗ ERROR_STATUS: must be 200 or semantic')).toBe('mend it in wrangler.toml');
  expect(next('✗ SIGNUP: must be on or off')).toBe('mend it in .dev.vars');
  place.remove();
});

it('without a login the next command is to log in', async () => {
  const place = makePlace();
  expect(await deploy(place.site())).toBe(1);
  expect(place.said.join('\n')).toContain('npx wrangler login');
  place.remove();
});
