/** Asks a running service, as a client would, whether it works: settings, KV, D1, the password hash, TLS and the name. */
import { randomInt, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { isLoopbackHost } from '../../src/lib/address.ts';
import { type Finding, good, warning, wrong } from './finding.ts';

const API = '/api/v1.0';
const TIMEOUT_MS = 30_000;
const envelope = z.object({ errno: z.string(), errmsg: z.string() });

interface Reply {
  status: number;
  headers: Headers;
  text: string;
  errno: string | undefined;
  ms: number;
}

/** Findings about the service at `address`. It costs one KV write, and one log-in that fails. */
export async function probe(address: string): Promise<Finding[]> {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return [
      wrong(
        `${address} is no URL of a service`,
        'begin it with https://, or http:// on this machine',
      ),
    ];
  }
  const findings: Finding[] = [];
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    findings.push(
      wrong(
        'The address is http: codes and passwords would cross the network in the open',
        'use https',
      ),
    );
  }
  try {
    for (const ask of [session, captcha, login]) {
      const found = await ask(url.origin);
      findings.push(found);
      if (found.level === 'wrong') return findings; // the next would only say the same
    }
    if (url.protocol === 'https:') findings.push(await openTo(url.hostname));
  } catch (error) {
    findings.push(wrong(`${url.origin} does not answer: ${causeOf(error)}`));
  }
  return findings;
}

async function session(origin: string): Promise<Finding> {
  const reply = await call(origin, '/session');
  if (reply.errno === '4500') {
    return wrong(
      'The service answers 4500: a setting is missing or malformed, and the log event misconfigured names it',
      'npm run doctor -- --remote      or: npx wrangler tail --format json --search misconfigured',
    );
  }
  if (reply.errno !== '4101') {
    return wrong(`${origin} does not answer as this service does (HTTP ${reply.status})`);
  }
  return reply.headers.get('Cache-Control') === 'no-store'
    ? good(`${origin} answers, in ${reply.ms} ms`)
    : wrong(
        'Answers have lost "Cache-Control: no-store": something in front of the worker changes headers',
      );
}

async function captcha(origin: string): Promise<Finding> {
  const reply = await call(origin, `/imagecode/doctor-${randomUUID()}`);
  if (reply.errno === '4202')
    return warning('Too many requests from this address: captchas could not be tried');
  return reply.headers.get('Content-Type')?.startsWith('image/svg+xml')
    ? good(`KV takes a captcha, in ${reply.ms} ms`)
    : wrong(
        `No captcha came (HTTP ${reply.status}, errno ${reply.errno ?? 'none'}): KV does not take writes`,
      );
}

/** A log-in that must fail, and costs the hash that every log-in costs. Nobody has a number of the range 154. */
async function login(origin: string): Promise<Finding> {
  const mobile = `154${String(randomInt(1e8)).padStart(8, '0')}`;
  const reply = await call(origin, '/sessions', { mobile, password: randomUUID() });
  if (reply.errno === '4004')
    return good(`D1 and the password hash work: a log-in takes ${reply.ms} ms`);
  if (reply.errno === '4202')
    return warning('Too many requests from this address: log-in could not be tried');
  if (/\b1102\b/.test(reply.text)) {
    return wrong(
      'Cloudflare stopped a log-in for its CPU time (error 1102): the password hash does not fit',
      'the free plan allows 10 ms, so take the paid one; else raise cpu_ms under [limits] in wrangler.toml',
    );
  }
  if (reply.errno === '4001') {
    return wrong('D1 fails: is it migrated?', 'npx wrangler d1 migrations apply DB --remote');
  }
  return wrong(`A log-in is answered with HTTP ${reply.status}, errno ${reply.errno ?? 'none'}`);
}

/** Whether people reach the host, and none of them without TLS. */
async function openTo(hostname: string): Promise<Finding> {
  if (hostname.endsWith('.workers.dev')) {
    return warning(
      `${hostname} is not to be reached from the mainland, where its name is blocked`,
      'take a domain of your own: docs/operations.md, "First deploy"',
    );
  }
  const origin = `http://${hostname}`;
  const reply = await call(origin, '/session').catch(() => null); // nobody may be listening there
  return reply?.errno === undefined
    ? good(`${origin} does not answer: nobody comes without TLS`)
    : warning(
        `${origin} answers too: codes and passwords would cross the network in the open`,
        'switch "Always Use HTTPS" on for the zone: docs/operations.md, "First deploy"',
      );
}

async function call(origin: string, path: string, body?: object): Promise<Reply> {
  const started = Date.now();
  const response = await fetch(`${origin}${API}${path}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'manual',
    ...(body && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, errno: errnoIn(text), ms: Date.now() - started };
}

function errnoIn(text: string): string | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data?.errno;
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given';
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : error.message;
}
