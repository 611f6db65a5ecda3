/**
 * A server that plays all five vendors on one port. It behaves for each mobile as it was told to
 * (`PUT /control/<mobile>`), otherwise as it was started, and keeps what it received (`GET /control/<mobile>`).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Behaviour, Behaviours, Received, VendorName } from './behaviour.ts';
import { misbehave } from './misbehave.ts';
import type { Answer, Incoming, StubVendor } from './vendor.ts';
import { aliyun } from './vendors/aliyun.ts';
import { tencent } from './vendors/tencent.ts';
import { twilio } from './vendors/twilio.ts';
import { webhook } from './vendors/webhook.ts';
import { yuntongxun } from './vendors/yuntongxun.ts';

const STUBS: Record<VendorName, StubVendor> = { yuntongxun, aliyun, tencent, twilio, webhook };

export interface StubOptions {
  port?: number;
  behaviours?: Behaviours;
  onReceived?: (received: Received) => void;
}

/** Starts on the loopback interface; resolves when it listens, and rejects if it cannot. */
export async function startStub({ port = 0, behaviours = {}, onReceived }: StubOptions = {}) {
  const told = new Map<string, Behaviours>();
  const received: Received[] = [];

  const server = createServer((request, response) => {
    const read = readBody(request).then((body) => {
      const incoming: Incoming = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
      };
      if (incoming.path.startsWith('/control/')) return control(incoming, response);
      return play(incoming, response);
    });
    read.catch(() => response.destroy()); // broken off
  });

  function control({ method, path, body }: Incoming, response: ServerResponse): void {
    const mobile = path.slice('/control/'.length);
    if (method === 'PUT') told.set(mobile, JSON.parse(body.toString()) as Behaviours);
    const kept = received.filter((each) => each.mobile === mobile);
    reply(response, { status: 200, body: JSON.stringify(kept) });
  }

  function play(incoming: Incoming, response: ServerResponse): void {
    const found = Object.entries(STUBS).find(([, stub]) => stub.recognises(incoming));
    if (found === undefined) return reply(response, { status: 404, body: 'no such vendor' });
    const [vendor, stub] = found as [VendorName, StubVendor];
    const { mobile, code, problems } = stub.read(incoming);
    const { path, body } = incoming;
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    );
    const kept = { vendor, mobile, code, problems, path, headers, body: body.toString() };
    received.push(kept);
    onReceived?.(kept);
    if (problems.length > 0) return reply(response, stub.refused(stub.badSignature));
    const behaviour = told.get(mobile)?.[vendor] ?? behaviours[vendor] ?? { does: 'send' };
    return behave(stub, behaviour, { mobile, code }, response);
  }

  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function behave(
  stub: StubVendor,
  behaviour: Behaviour,
  { mobile, code }: { mobile: string; code: string },
  response: ServerResponse,
): void {
  if (behaviour.does === 'send') return reply(response, stub.sent());
  if (behaviour.does === 'refuse') return reply(response, stub.refused(behaviour.code));
  if (behaviour.does === 'answer') {
    const { status } = behaviour;
    const body = behaviour.body.replaceAll('<mobile>', mobile).replaceAll('<code>', code);
    return reply(response, { status, body });
  }
  return misbehave(behaviour.does, response, stub.sent());
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
