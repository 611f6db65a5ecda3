import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, it } from 'vitest';
import { probe, unencrypted } from '../../scripts/operate/probe.ts';

type Answer = [status: number, body: string, type?: string];
const json = (errno: string): Answer => [200, JSON.stringify({ errno, errmsg: '' })];
const HEALTHY: Record<string, Answer> = {
  session: json('4101'),
  imagecode: [200, '<svg/>', 'image/svg+xml; charset=utf-8'],
  sessions: json('4004'),
};

/** Findings about a service that answers so. */
const found = (answers: Record<string, Answer>) => serving(answers, probe);

/** What `look` finds at the address of a service that answers so. */
async function serving<T>(answers: Record<string, Answer>, look: (address: string) => Promise<T>) {
  const serve: RequestListener = (request, response) => {
    const resource = request.url?.split('/')[3] ?? '';
    const [status, body, type = 'application/json'] = answers[resource] ?? [404, ''];
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
  };
  const server = createServer(serve);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  try {
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return await look(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('finds nothing wrong with a service that works', async () => {
  expect((await found(HEALTHY)).map(({ level }) => level)).toEqual(['good', 'good', 'good']);
});

it.each<[Record<string, Answer>, string]>([
  [{ session: [500, json('4500')[1]] }, 'answers 4500'],
  [{ session: [200, '<html>'] }, 'does not answer as this service does'],
  [{ imagecode: json('4001') }, 'KV does not take writes'],
  [{ sessions: json('4001') }, 'D1 fails'],
  [{ sessions: [503, 'error code: 1102'] }, 'CPU time (error 1102)'],
  [{ sessions: [500, ''] }, 'HTTP 500, errno none'],
])('a service that answers %j is told so', async (change, text) => {
  const last = (await found({ ...HEALTHY, ...change })).at(-1);
  expect(last).toMatchObject({ level: 'wrong', text: expect.stringContaining(text) });
});

it('does not take a throttled try for a failure', async () => {
  const findings = await found({ ...HEALTHY, sessions: json('4202'), imagecode: json('4202') });
  expect(findings.map(({ level }) => level)).toEqual(['good', 'warning', 'warning']);
});

it('warns of a service that answers without TLS, and of no redirect', async () => {
  expect(await serving(HEALTHY, unencrypted)).toMatchObject({
    level: 'warning',
    text: expect.stringContaining('in the open'),
  });
  const moved: Answer = [301, 'error code: 301'];
  expect(await serving({ session: moved }, unencrypted)).toMatchObject({ level: 'good' });
  const gone = await serving(HEALTHY, async (address) => address);
  expect(await unencrypted(gone)).toMatchObject({ level: 'good' });
});

it.each([
  ['nonsense', 'is no URL'],
  ['ftp://a.test', 'is no URL'],
])('%s is refused', async (address, text) => {
  expect(await probe(address)).toMatchObject([
    { level: 'wrong', text: expect.stringContaining(text) },
  ]);
});

it('says how an address begins that has a host alone', async () => {
  const [finding] = await probe('localhost:8787');
  expect(JSON.stringify(finding)).toContain('begin it with https://');
});
