/** `npm run sms:stub` as it is run. What the vendors in it do: test/sms. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startStub } from '../support/sms-stub/server.ts';

function stub(...args: string[]) {
  const command = ['test/support/sms-stub/main.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    timeout: 20_000, // one that starts all the same would never end
  });
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}

describe('npm run sms:stub', () => {
  it.each([
    [['--port', 'x'], '--port takes a number from 0 to 65535.'],
    [['--behave', 'foo=hang'], '--behave foo=hang: the vendors are '],
    [['--behave', 'aliyun=xx'], '--behave aliyun=xx: the behaviours are '],
    [['--behave', 'aliyun'], '--behave aliyun: the behaviours are '],
    [['--behave', 'aliyun=status:x'], '--behave aliyun=status:x: the behaviours are '],
    [['--behave', 'webhook=refuse:quota'], '--behave webhook=refuse:quota: the behaviours are '],
    [['8799'], 'npm run sms:stub -- '],
  ])('answers %j in one line', (args, said) => {
    expect(stub(...args)).toEqual({
      status: 2,
      stdout: '',
      lines: [expect.stringContaining(said)],
    });
  });

  it('answers --help with how it is used', () => {
    const { status, lines } = stub('--help');
    expect(status).toBe(2);
    expect(lines.at(-1)).toContain('npm run sms:stub -- [--port <number>]');
    expect(lines.join('\n')).not.toContain('    at '); // no stack trace
  });

  it('outlives an upload that breaks off', async () => {
    const started = await startStub();
    const client = connect(Number(new URL(started.origin).port), '127.0.0.1');
    client.write('POST /webhook HTTP/1.1\r\nHost: stub\r\nContent-Length: 100\r\n\r\nabc', () =>
      client.resetAndDestroy(),
    );
    await once(client, 'close');
    expect((await fetch(`${started.origin}/control/13800138000`)).status).toBe(200);
    await started.close();
  });

  it('says that a port is taken', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { status, lines } = stub('--port', String(port));
    other.close();
    expect(status).toBe(2);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^Port ${port}: .*in use`))]);
  });
});
