/** Ports of this machine. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A name stands for both of its addresses: a service that listens on one of them is in the way. */
const addressesOf = (host: string) => (host === 'localhost' ? ['127.0.0.1', '::1'] : [host]);

/** Of 0 the system makes one that is free. */
export const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65_535;

/** Whether something listens there already. */
export async function isTaken(host: string, port: number): Promise<boolean> {
  for (const address of addressesOf(host)) {
    const server = createServer();
    try {
      await once(server.listen({ host: address, port, exclusive: true }), 'listening');
    } catch (error) {
      // A machine without IPv6 has no such address: nothing is in the way there.
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return true;
    } finally {
      server.close();
    }
  }
  return false;
}

/** The first port from `port` on that is free; after the last one comes the first that needs no privileges. */
export async function freePort(host: string, port: number): Promise<number> {
  let free = port;
  while (!isPort(free) || (await isTaken(host, free))) free = isPort(free) ? free + 1 : 1024;
  return free;
}

/** Whether something answers there. */
export async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
