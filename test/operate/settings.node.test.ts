import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { unknownSettings } from '../../scripts/operate/names.ts';
import { readProject } from '../../scripts/operate/project.ts';
import {
  cpuFinding,
  deployedSettings,
  developmentSettings,
  placeOf,
  projectFindings,
  settingProblems,
  unusualSettings,
} from '../../scripts/operate/settings.ts';
import { settingsFor } from '../support/sms-stub/accounts.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OWN = ['SECRET_KEY', 'PASSWORD_PEPPER'];
const project = readProject(process.cwd());
const texts = (findings: { text: string }[]) => findings.map(({ text }) => text);

describe('the clock', () => {
  it('starts the sweep often enough for four hundred addresses that guess at passwords', () => {
    const { triggers, ratelimits } = parse(readFileSync('wrangler.toml', 'utf8')) as {
      triggers: { crons: string[] };
      ratelimits: { name: string; simple: { limit: number } }[];
    };
    const every = /^\*(?:\/([0-9]+))? \* \* \* \*$/.exec(triggers.crons[0] ?? '');
    expect(every).not.toBeNull();
    const minutes = every?.[1] ?? '1';
    const guesses = ratelimits.find(({ name }) => name === 'ACT_LIMIT')?.simple.limit ?? Infinity;
    const rows = 2; // of log-in tries: one for the address, one for the mobile
    expect(400 * guesses * rows * Number(minutes)).toBeLessThanOrEqual(50_000); // a run of the sweep
  });
});

describe('wrangler.toml', () => {
  const { assets, ratelimits } = parse(readFileSync('wrangler.toml', 'utf8')) as {
    assets: object;
    ratelimits: { name: string; simple: object }[];
  };

  it('has the limits by address that docs/frontend.md tells of', () => {
    expect(ratelimits.map(({ name, simple }) => [name, simple])).toEqual([
      ['DRAW_LIMIT', { limit: 300, period: 60 }],
      ['ACT_LIMIT', { limit: 60, period: 60 }],
      ['READ_LIMIT', { limit: 3000, period: 60 }],
    ]);
  });

  it('has pages served without the worker: they load whatever its settings are', () => {
    expect(assets).toEqual({ directory: 'public', binding: 'ASSETS' });
  });
});

describe('a development setting', () => {
  it.each([
    [{ ENVIRONMENT: 'development' }, 'ENVIRONMENT is "development"'],
    [{ SMS_PROVIDERS: 'aliyun, console' }, 'SMS_PROVIDERS names console'],
    [{ PASSWORD_ITERATIONS: '599999' }, 'PASSWORD_ITERATIONS is 599999'],
    [{ SECRET_KEY: KEY }, 'SECRET_KEY stands in wrangler.toml'],
    [{ PASSWORD_PEPPER_PREVIOUS: KEY }, 'PASSWORD_PEPPER_PREVIOUS stands in wrangler.toml'],
    [{ TWILIO_AUTH_TOKEN: 'x' }, 'TWILIO_AUTH_TOKEN stands in wrangler.toml'],
    [{ ALIYUN_ENDPOINT: 'http://127.0.0.1:8799' }, 'ALIYUN_ENDPOINT names this machine'],
    [
      { ALLOWED_ORIGINS: 'https://a.test,http://localhost:5173' },
      'ALLOWED_ORIGINS names this machine',
    ],
    [{ ALLOWED_ORIGINS: 'https://www.example.com' }, 'ALLOWED_ORIGINS is still the example'],
    [{ WEBOTP_HOST: 'www.example.com' }, 'WEBOTP_HOST is still the example'],
  ])('%j is refused', (vars, text) => {
    const [finding, ...others] = developmentSettings({ ENVIRONMENT: 'production', ...vars });
    expect(finding).toMatchObject({ level: 'wrong', text: expect.stringContaining(text) });
    expect(others).toEqual([]);
  });

  it('is none of the defaults, and says no secret', () => {
    expect(developmentSettings(project.vars)).toEqual([]);
    expect(JSON.stringify(developmentSettings({ SECRET_KEY: KEY }))).not.toContain(KEY);
  });
});

describe('the settings of a deployed worker', () => {
  const twilio = { SMS_PROVIDERS: 'twilio', TWILIO_ACCOUNT_SID: 'AC1', TWILIO_FROM: '+861' };

  it('are complete when secrets fill what variables leave open', () => {
    expect(deployedSettings(twilio, [...OWN, 'TWILIO_AUTH_TOKEN'])).toEqual([]);
    const vars = { SMS_PROVIDERS: 'webhook', WEBHOOK_URL: 'https://sms.signup.test' };
    expect(deployedSettings(vars, [...OWN, 'WEBHOOK_SECRET'])).toEqual([]);
    expect(
      deployedSettings({ SMS_PROVIDERS: 'webhook' }, [...OWN, 'WEBHOOK_SECRET', 'WEBHOOK_URL']),
    ).toEqual([]);
  });

  it('are complete when an account or an address is a secret too', () => {
    const names = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'ALLOWED_ORIGINS', 'WEBOTP_HOST'];
    const vars = { SMS_PROVIDERS: 'twilio', TWILIO_FROM: '+861' };
    expect(deployedSettings(vars, [...OWN, ...names])).toEqual([]);
  });

  it('name each that is missing, and how to set it', () => {
    const findings = deployedSettings({ SMS_PROVIDERS: 'aliyun' }, OWN);
    expect(findings).toContainEqual({
      level: 'wrong',
      text: 'ALIYUN_ACCESS_KEY_SECRET: is missing',
      next: 'npx wrangler secret put ALIYUN_ACCESS_KEY_SECRET',
    });
    expect(findings).toContainEqual({
      level: 'wrong',
      text: 'ALIYUN_SIGN_NAME: is missing',
      next: 'set it under [vars] in wrangler.toml',
    });
  });

  it('need a vendor and keys', () => {
    expect(texts(deployedSettings({ SMS_PROVIDERS: '' }, []))).toEqual([
      'SECRET_KEY: is missing',
      'PASSWORD_PEPPER: is missing',
      'SMS_PROVIDERS: must name at least one provider',
    ]);
  });
});

it('a local setting is judged by the worker itself', () => {
  const local = { ENVIRONMENT: 'development', SMS_PROVIDERS: 'console', PASSWORD_PEPPER: KEY };
  expect(settingProblems({ ...local, SECRET_KEY: KEY })).toEqual([]);
  expect(settingProblems({ ...local, SECRET_KEY: 'abc' })).toEqual([
    'SECRET_KEY: must be base64 of 32 bytes',
  ]);
  expect(settingProblems(local)).toEqual(['SECRET_KEY: is missing']);
});

it('the project as it is has nothing wrong', () => {
  expect(projectFindings(project)).toEqual([]);
  expect(unusualSettings(project.vars)).toEqual([]);
});

it.each([
  [{ kv_namespaces: [] }, 'does not have the binding KV'],
  [{ ratelimits: [] }, 'does not have the binding DRAW_LIMIT'],
  [{ observability: { ...project.observability, logs: {} } }, 'Invocation logs are on'],
  [
    { observability: { ...project.observability, redact_query_string: false } },
    'Logs hold the query of a URL',
  ],
  [{ observability: { ...project.observability, traces: {} } }, 'Traces are not off'],
  [{ triggers: { crons: [] } }, 'never swept'],
  [{ env: { staging: {} } }, '[env.staging] would deploy settings that nobody has checked'],
])('a project with %j does not pass', (change, text) => {
  expect(texts(projectFindings({ ...project, ...change })).join()).toContain(text);
});

it('an environment of wrangler that is asked for does not pass', () => {
  const [found] = projectFindings(project, 'staging');
  expect(found).toMatchObject({ level: 'wrong' });
  expect(found?.text).toContain('CLOUDFLARE_ENV=staging would deploy');
  expect(projectFindings(project, '')).toEqual([]);
});

it.each([
  { SIGNUP: 'off' },
  { SMS_DAILY_BUDGET: '0' },
  { SMS_BRAKE: 'off' },
  { SMS_TIMEOUT_MS: '5' },
  { SMS_TIMEOUT_MS: '8000' },
  { SMS_TOTAL_TIMEOUT_MS: '5000' },
])('%j is said, and not refused', (vars) => {
  expect(unusualSettings(vars)).toMatchObject([{ level: 'warning' }]);
});

it('an empty text is no unusual setting, but none', () => {
  expect(unusualSettings({ SMS_TIMEOUT_MS: '', SMS_TOTAL_TIMEOUT_MS: '' })).toEqual([]);
});

describe('a name that is no setting', () => {
  it.each([
    ['SMS_DAYLY_BUDGET', ': SMS_DAILY_BUDGET is'],
    ['ENVIROMENT', ': ENVIRONMENT is'],
    ['ALIYUN_SIGNNAME', ': ALIYUN_SIGN_NAME is'],
    ['SECRET_KEY_PREVIOS', ': SECRET_KEY_PREVIOUS is'],
    ['GREETING', ''],
    ['X', ''],
  ])('%s is said, with the nearest that is one', (name, hint) => {
    const text = `${name} is no setting of this service${hint}`;
    expect(unknownSettings(['SIGNUP', name])).toMatchObject([{ level: 'warning', text }]);
    expect(texts(unusualSettings({ SIGNUP: 'on', [name]: '1' }))).toEqual([text]);
  });

  it('is none that a vendor or the README knows', () => {
    const table = readFileSync('README.md', 'utf8').split('## Configuration')[1]?.split('\n## ')[0];
    const described = table?.match(/(?<=^\|[^|]*`)[A-Z][A-Z_]+(?=`)/gm) ?? [];
    expect(described).toContain('SMS_BRAKE_RATIO');
    expect(unknownSettings([...described, ...Object.keys(settingsFor(''))])).toEqual([]);
  });
});

it.each([
  [{ '.dev.vars': { SIGNUP: 'no' }, 'wrangler.toml': { SIGNUP: 'on' } }, '.dev.vars'],
  [{ '.dev.vars': {}, 'wrangler.toml': { SIGNUP: 'no' } }, 'wrangler.toml'],
  [{ '.dev.vars': {}, 'wrangler.toml': { SIGNUP: '' } }, '.dev.vars'],
])('with %j the setting is mended in %s', (places, place) => {
  expect(placeOf('SIGNUP: must be on or off', places)).toBe(place);
});

describe('the CPU limit', () => {
  it.each([
    [100, undefined, 'good'],
    [100, 200, 'good'],
    [100, 199, 'wrong'],
    [100, 10, 'wrong'],
  ])('with a hash of %d ms and a limit of %s ms is %s', async (hashMs, limitMs, level) => {
    expect(await cpuFinding({}, limitMs, async () => hashMs)).toMatchObject({ level });
  });

  it('is compared with the iterations that are set', async () => {
    const asked: number[] = [];
    await cpuFinding({ PASSWORD_ITERATIONS: '700000' }, 5000, async (n) => asked.push(n));
    expect(asked).toEqual([700_000]);
  });
});
