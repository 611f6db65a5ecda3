/** Everything that follows from the environment alone: settings, one key per use, vendors. Worked out once per isolate. */
import { BINDINGS, type Config, readConfig } from './config.ts';
import { deriveHmacKey, type KeyRing } from './lib/crypto.ts';
import type { Checked } from './lib/variables.ts';
import type { SmsProvider } from './sms/provider.ts';
import type { SmsService } from './sms/send.ts';
import { type PasswordPolicy, pepperOf } from './users/password.ts';

export interface Setup {
  config: Config;
  captchaKeys: KeyRing;
  tryKey: CryptoKey;
  passwords: PasswordPolicy;
  sms: SmsService;
}

/** Makes the vendors of the settings. */
export type ProvidersOf = (env: object, config: Config) => Checked<SmsProvider[]>;

export async function setUp(env: Env, providersOf: ProvidersOf): Promise<Checked<Setup>> {
  const unbound = BINDINGS.filter((name) => (env as Partial<Env>)[name] === undefined);
  const settings = readConfig(env);
  const problems = unbound.map((name) => `${name}: the binding is missing`);
  if (!settings.ok) return { ok: false, problems: [...problems, ...settings.problems] };
  const config = settings.value;
  const vendors = providersOf(env, config);
  if (!vendors.ok) problems.push(...vendors.problems);
  if (!vendors.ok || problems.length > 0) return { ok: false, problems };

  const { SECRET_KEY, SECRET_KEY_PREVIOUS } = config;
  const ring = async (use: string): Promise<KeyRing> => [
    await deriveHmacKey(SECRET_KEY, use),
    ...(SECRET_KEY_PREVIOUS ? [await deriveHmacKey(SECRET_KEY_PREVIOUS, use)] : []),
  ];
  return {
    ok: true,
    value: {
      config,
      captchaKeys: await ring('captcha'),
      tryKey: await deriveHmacKey(SECRET_KEY, 'login-tries'),
      passwords: await passwordPolicy(config),
      sms: { kv: env.KV, keys: await ring('sms-code'), providers: vendors.value, policy: config },
    },
  };
}

async function passwordPolicy(config: Config): Promise<PasswordPolicy> {
  const { PASSWORD_ITERATIONS: iterations, PASSWORD_PEPPER_PREVIOUS: previous } = config;
  const current = await pepperOf(config.PASSWORD_PEPPER);
  return { iterations, peppers: [current, ...(previous ? [await pepperOf(previous)] : [])] };
}
