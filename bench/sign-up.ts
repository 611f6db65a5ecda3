/** A client that signs up, request by request, and how long each took. */
import { Agent, request } from 'node:http';
import type { Asked } from './serve.ts';

export const REQUESTS = ['GET /imagecode', 'GET /smscode', 'POST /users'] as const;
export const PASSWORD = 'correct horse battery';

export interface Reply {
  status: number;
  text: string;
  cookie: string;
  ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * One request on a connection that is kept, from this machine, which no limit by address holds up. (Locally such a limit is a Durable
 * Object that is asked over HTTP; in production it is a counter in memory. Here it would only hide what is measured.)
 */
export function ask(
  url: string,
  { method = 'GET', body = '', cookie = '', host = '' } = {},
): Promise<Reply> {
  const headers: Record<string, string> = { 'CF-Connecting-IP': '127.0.0.1' };
  if (body !== '') headers['Content-Type'] = 'application/json';
  if (host !== '') headers['Host'] = host;
  if (cookie !== '') headers['Cookie'] = cookie;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const [set = ''] = response.headers['set-cookie'] ?? [];
        const [pair = ''] = set.split(';');
        const ms = performance.now() - start;
        resolve({ status: response.statusCode ?? 0, text, cookie: pair, ms });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

let mobiles = 0;
/** A mobile that nobody has had yet. */
export const nextMobile = () => `13${String(mobiles++).padStart(9, '0')}`;

/** What a client of that worker learns from its development lines; the floor takes anything. */
const learn = async (served: Asked, prefix: string) =>
  served.name === 'floor' ? '000000' : served.line(prefix);

/** Captcha, code, account. `between` is called after each request. Throws unless each is a success. */
export async function signUp(
  served: Asked,
  mobile = nextMobile(),
  between: (name: (typeof REQUESTS)[number], reply: Reply) => Promise<void> | void = () => {},
): Promise<Reply[]> {
  const api = `${served.url}/api/v1.0`;
  const id = `c${mobile}`;
  const image = await ask(`${api}/imagecode/${id}`);
  if (image.status !== 200) throw new Error(`${served.name}: ${image.text.slice(0, 300)}`);
  await between('GET /imagecode', image);
  const text = await learn(served, `dev captcha ${id}`);
  const sent = expectDone(served, await ask(`${api}/smscode/${mobile}?id=${id}&text=${text}`));
  await between('GET /smscode', sent);
  const code = await learn(served, `dev sms ${mobile}`);
  const body = JSON.stringify({ mobile, sms_code: code, password: PASSWORD });
  const made = expectDone(served, await ask(`${api}/users`, { method: 'POST', body }));
  await between('POST /users', made);
  return [image, sent, made];
}

function expectDone({ name }: Asked, reply: Reply): Reply {
  if (!reply.text.includes('"errno":"0"')) throw new Error(`${name}: ${reply.text.slice(0, 300)}`);
  return reply;
}

/** Does `work` `times` times, `concurrency` at a time. */
export async function repeat(
  times: number,
  concurrency: number,
  work: (turn: number) => Promise<void>,
): Promise<void> {
  let turn = 0;
  const worker = async () => {
    while (turn < times) await work(turn++);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
