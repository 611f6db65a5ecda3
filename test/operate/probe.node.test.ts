import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { probe } from '../../scripts/operate/probe.ts';

type Answer = [status: number, body: string, type?: string];
const json = (errno: string): Answer => [200, JSON.stringify({ errno, errmsg: '' })];
const HEALTHY: Record<string, Answer> = {
  session: json('4101'),
  imagecode: [200, '<svg/>', 'image/svg+xml; charset=utf-8'],
  sessions: json('4004'),
};

/** Findings about a service that answers so. */
async function found(answers: Record<string, Answer>) {
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
    return await probe(`http://127.0.0.1:${port}/`);
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

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a service with TLS', () => {
  /** Findings about the address, where every host answers as a service that works, but for those given. */
  async function asked(address: string, others: Record<string, () => Promise<Response>> = {}) {
    const answer = (path: string) => {
      const [status, body, type = 'application/json'] = HEALTHY[path.split('/')[3] ?? ''] ?? [
        404,
        '',
      ];
      const headers = { 'Content-Type': type, 'Cache-Control': 'no-store' };
      return new Response(body, { status, headers });
    };
    const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
      const url = new URL(new Request(input).url);
      return others[url.origin]?.() ?? answer(url.pathname);
    });
    const [last] = (await probe(address)).slice(-1);
    const redirects = fetched.mock.calls.map(([, init]) => init?.redirect);
    expect(new Set(redirects)).toEqual(new Set(['manual']));
    return last;
  }

  it('is warned of when it answers without TLS too', async () => {
    expect(await asked('https://a.test')).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('http://a.test answers too'),
    });
  });

  it('is right when there is a redirect, or nobody', async () => {
    const moved = async () => Response.redirect('https://a.test/', 301);
    expect(await asked('https://a.test', { 'http://a.test': moved })).toMatchObject({
      level: 'good',
    });
    const nobody = () => Promise.reject(new TypeError('fetch failed'));
    expect(await asked('https://a.test', { 'http://a.test': nobody })).toMatchObject({
      level: 'good',
    });
  });

  it('is warned of at workers.dev, which the mainland does not reach', async () => {
    expect(await asked('https://a.workers.dev')).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('a.workers.dev is not to be reached from the mainland'),
    });
  });
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
