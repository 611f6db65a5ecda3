/** The vendors by name. A new vendor is a new file and a line here. */
import * as z from 'zod/mini';
import type { Config, ProviderName } from '../config.ts';
import { type Checked, readVariables } from '../lib/variables.ts';
import { isAddress, isLoopbackHost } from '../lib/address.ts';
import { type Tools, TOOLS } from './exchange.ts';
import type { SmsProvider } from './provider.ts';
import { aliyunProvider, aliyunSettings } from './providers/aliyun.ts';
import { consoleProvider } from './providers/console.ts';
import { tencentProvider, tencentSettings } from './providers/tencent.ts';
import { twilioProvider, twilioSettings } from './providers/twilio.ts';
import { webhookProvider, webhookSettings } from './providers/webhook.ts';
import { yuntongxunProvider, yuntongxunSettings } from './providers/yuntongxun.ts';

type Vendor = (env: object, tools: Tools) => Checked<SmsProvider>;

const VENDORS: Record<ProviderName, Vendor> = {
  console: vendor(() => z.object({}), consoleProvider),
  yuntongxun: vendor(yuntongxunSettings, yuntongxunProvider),
  aliyun: vendor(aliyunSettings, aliyunProvider),
  tencent: vendor(tencentSettings, tencentProvider),
  twilio: vendor(twilioSettings, twilioProvider),
  webhook: vendor(webhookSettings, webhookProvider),
};

/** Schemas are built when a vendor is asked for: most of them never are, and each costs start-up time. */
function vendor<Settings>(
  schemaOf: () => z.ZodMiniType<Settings>,
  create: (settings: Settings, tools: Tools) => SmsProvider,
): Vendor {
  return (env, tools) => {
    const settings = readVariables(schemaOf(), env);
    return settings.ok ? { ok: true, value: create(settings.value, tools) } : settings;
  };
}

/** The providers of `SMS_PROVIDERS`, in its order. */
export function providersOf(env: object, config: Config): Checked<SmsProvider[]> {
  const { SMS_PROVIDERS: names, ENVIRONMENT } = config;
  const providers: SmsProvider[] = [];
  const problems =
    ENVIRONMENT === 'production' ? names.flatMap((name) => addressProblems(env, name)) : [];
  for (const name of names) {
    const provider = providerOf(name, env);
    if (provider.ok) providers.push(provider.value);
    else problems.push(...provider.problems);
  }
  return problems.length === 0 ? { ok: true, value: providers } : { ok: false, problems };
}

/** One vendor with its settings out of the environment. */
export const providerOf = (name: ProviderName, env: object, tools = TOOLS) =>
  VENDORS[name](env, tools);

/** What is wrong with addresses of the vendor, once deployed. */
function addressProblems(env: object, name: ProviderName): string[] {
  const variables = [
    `${name.toUpperCase()}_ENDPOINT`,
    ...(name === 'webhook' ? ['WEBHOOK_URL'] : []),
  ];
  return Object.entries(env)
    .filter(([variable]) => variables.includes(variable))
    .flatMap(([variable, value]) => {
      const url = URL.parse(String(value));
      if (url === null || isLoopbackHost(url.hostname)) return [];
      if (url.protocol === 'http:') return [`${variable}: must be https in production`];
      return isAddress(url.hostname)
        ? [`${variable}: must name a host: the platform calls no IP address`]
        : [];
    });
}
