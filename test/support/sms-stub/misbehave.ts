/** The ways in which HTTP itself goes wrong. `success` is what the vendor would have said. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './vendor.ts';

export type Misbehaviour = 'hang' | 'reset' | 'slow' | 'huge' | 'cut' | 'redirect';

export function misbehave(how: Misbehaviour, response: ServerResponse, success: Answer): void {
  const type = { 'Content-Type': 'application/json' };
  switch (how) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'slow': // never ends
      response.writeHead(success.status, type).write(success.body.slice(0, 5) || '{');
      return;
    case 'cut': // ends before the length that was promised
      response.writeHead(success.status, { ...type, 'Content-Length': 10_000 });
      response.write(success.body.slice(0, 5) || '{', () => response.destroy());
      return;
    case 'huge': // a success all the same, for who reads on
      response.writeHead(success.status, type).end(success.body + ' '.repeat(1_000_000));
      return;
    case 'redirect': // with a success in its body, and one where it points to
      response.writeHead(307, { ...type, Location: '/webhook?redirected' }).end(success.body);
      return;
  }
}
