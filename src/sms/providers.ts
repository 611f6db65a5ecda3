/** The vendors by name. A new vendor is a new file and a line here. */
import type { Checked, Config, ProviderName } from '../config.ts';
import type { SmsProvider } from './provider.ts';
import { consoleProvider } from './providers/console.ts';

const PROVIDERS: Partial<Record<ProviderName, () => SmsProvider>> = { console: consoleProvider };

/** The providers of `SMS_PROVIDERS`, in its order. */
export function providersOf(_env: object, config: Config): Checked<SmsProvider[]> {
  const providers: SmsProvider[] = [];
  const problems: string[] = [];
  for (const name of config.SMS_PROVIDERS) {
    const create = PROVIDERS[name];
    if (create === undefined) problems.push(`SMS_PROVIDERS: ${name} is not supported yet`);
    else providers.push(create());
  }
  return problems.length === 0 ? { ok: true, value: providers } : { ok: false, problems };
}
