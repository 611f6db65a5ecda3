/** `npm run sms:try` as it is run, against the stub: with the settings where docs/sms.md wants them, and no secret shown. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSecret } from '../../scripts/operate/project.ts';
import { settingsFor } from '../support/sms-stub/accounts.ts';
import { type Received, VENDORS } from '../support/sms-stub/behaviour.ts';
import { startStub } from '../support/sms-stub/server.ts';
import { makePlace, type Place } from './place.ts';

const MOBILE = '13800138000';
const lines = (settings: [string, string][]) =>
  settings.map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`).join('');

describe('npm run sms:try', () => {
  let place: Place;
  beforeEach(() => {
    place = makePlace();
  });
  afterEach(() => place.remove());

  /** Ordinary values go into wrangler.toml, secrets into .dev.vars. */
  function configure(origin: string, more: Record<string, string> = {}) {
    const settings = Object.entries({ ...settingsFor(origin), ...more });
    const secrets = settings.filter(([name]) => isSecret(name));
    const vars = settings.filter(([name]) => !isSecret(name));
    place.edit((toml) =>
      toml.replace(/^WEBHOOK_URL = .*$/m, '').replace(/^\[vars\]$/m, `[vars]\n${lines(vars)}`),
    );
    writeFileSync(join(place.root, '.dev.vars'), lines(secrets));
    return secrets.map(([, value]) => value);
  }

  async function tryIt(...args: string[]) {
    const child = spawn(process.execPath, ['scripts/sms-try.ts', ...args], { cwd: place.root });
    const [out, errors, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { status: Number(status), out, errors };
  }

  it.each(VENDORS)('sends by %s, and shows no secret', async (vendor) => {
    const all: Received[] = [];
    const stub = await startStub({ onReceived: (each) => all.push(each) });
    const secrets = configure(stub.origin, { WEBOTP_HOST: '' });
    const { status, out, errors } = await tryIt(vendor, MOBILE);
    await stub.close();
    const [received] = all;
    expect(errors).toBe('');
    expect(out).toContain('Outcome: {"outcome":"sent"');
    expect(status).toBe(0);
    expect(received?.problems).toEqual([]);
    for (const secret of [...secrets, MOBILE, received?.code ?? '']) {
      expect(out).not.toContain(secret);
    }
  });

  describe('against an endpoint that repeats what it was told', () => {
    let echo: Server;
    let credentials: string[];
    beforeEach(async () => {
      credentials = [];
      echo = createServer((request, response) => {
        const { authorization = '', ...headers } = request.headers;
        const signature = headers['webhook-signature'] ?? '';
        credentials = [authorization.replace(/^\w+ /, ''), String(signature)];
        const url = new URL(request.url ?? '', 'http://echo');
        credentials.push(...url.searchParams.values(), url.search.replace(/^[^=]*=/, ''));
        credentials = credentials.filter(Boolean);
        const words = {
          authorization,
          ...headers,
          url: url.href,
          ...Object.fromEntries(url.searchParams),
        };
        response.write(JSON.stringify(words).replaceAll('/', '\\/'));
        response.end(JSON.stringify({ ...words, long: `${'x'.repeat(1500)}${credentials[0]}` }));
      });
      await once(echo.listen(0, '127.0.0.1'), 'listening');
    });
    afterEach(() => echo.close());

    it.each(['yuntongxun', 'twilio', 'webhook'])('shows none of %s either', async (vendor) => {
      const address = echo.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const origin = `http://127.0.0.1:${port}`;
      configure(origin, { WEBHOOK_URL: `${origin}/in?password=hunter2+/secret` });
      const { out } = await tryIt(vendor, MOBILE);
      expect(out).toContain('< HTTP 200');
      expect(credentials.length).toBeGreaterThan(0);
      for (const secret of credentials) {
        expect(out).not.toContain(secret);
        expect(out).not.toContain(secret.replaceAll('/', '\\/'));
        expect(out).not.toContain(secret.slice(0, 12)); // as much as was in what is shown
      }
    });
  });

  it('takes a status for what it is, though the body breaks off', async () => {
    const server = createServer((_, response) => {
      response.write('{"ok":', () => response.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    configure(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    const { status, out } = await tryIt('webhook', MOBILE);
    server.close();
    expect(out).toMatch(/< HTTP 200\n< \{"ok":\n< broken off: .*\n\nOutcome: \{"outcome":"sent"\}/);
    expect(status).toBe(0);
  });

  it('sends nobody to the vendor’s list for a status that is not the vendor’s', async () => {
    const proxy = createServer((_, response) =>
      response.writeHead(403).end('<html>Forbidden</html>'),
    );
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const address = proxy.address();
    configure(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    const { status, out } = await tryIt('aliyun', MOBILE);
    proxy.close();
    expect(status).toBe(1);
    expect(out).toContain('"vendorCode":"HTTP-403"');
    expect(out).toContain('a relay, a proxy or the endpoint');
    expect(out).not.toContain('list of codes');
  });

  it('says what is missing, and where it was looked for', async () => {
    writeFileSync(join(place.root, '.dev.vars'), '');
    const { status, errors } = await tryIt('aliyun', MOBILE);
    expect(status).toBe(2);
    expect(errors).toContain('Missing in wrangler.toml and .dev.vars');
    expect(errors).toContain('ALIYUN_SIGN_NAME: is missing');
  });
});
