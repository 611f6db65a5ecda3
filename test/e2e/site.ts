/** Pages on an origin of their own: the same site as the service's (localhost), another port. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Site {
  origin: string;
  /** What is served at a path: its text and its type. */
  serve(path: string, type: string, text: string): void;
  stop(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const files = new Map<string, { type: string; text: string }>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.statusCode = file === undefined ? 204 : 200;
    if (file !== undefined) response.setHeader('Content-Type', `${file.type}; charset=utf-8`);
    response.end(file?.text);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://localhost:${address.port}`,
    serve: (path, type, text) => files.set(path, { type, text }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
