/** The real service, as `npm start` runs it, on a port and a database of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT_MS = 90_000;
const LINE_TIMEOUT_MS = 20_000;

export interface Service {
  origin: string;
  /** The folder of its database. */
  state: string;
  /** What follows `prefix` on the latest line that has it, now or when it comes. */
  line(prefix: string): Promise<string>;
  /** Everything that it has printed. */
  output(): string;
  /** Ends it as a crash does: nothing is finished, its stores stay as they are. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** A folder for its stores that outlives it. Without one it has stores of its own, which go when it stops. */
  state?: string;
  /** Variables beside those of development. */
  vars?: Record<string, string>;
}

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const port = await freePort();
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'edge-signup-'));
  const settings = { ENVIRONMENT: 'development', SMS_PROVIDERS: 'console', ...options.vars };
  const vars = Object.entries(settings).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const args = ['--port', String(port), '--persist-to', state, ...vars];
  const child = spawn(process.execPath, ['scripts/start.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that all of it can be stopped
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }

  function waitFor<T>(find: () => T | undefined, what: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        settle();
        resolve(found);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`${what} did not come. The service said:\n${output}`));
      }, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      listeners.add(look);
      look();
    });
  }

  const signalGroup = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  const onExit = () => signalGroup('SIGTERM');
  process.once('exit', onExit); // a run that breaks off must not leave it behind
  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    process.off('exit', onExit);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    signalGroup(signal);
    await exited;
  }
  async function stop() {
    await end('SIGTERM');
    if (options.state === undefined) rmSync(state, { recursive: true, force: true });
  }

  const ready = () => (/Ready on http/.test(output) ? true : undefined);
  try {
    await waitFor(ready, 'The service', START_TIMEOUT_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    crash: () => end('SIGKILL'),
    output: () => output,
    state,
    origin: `http://localhost:${port}`,
    line: (prefix) =>
      waitFor(() => lastAfter(output, `${prefix} `), `A line "${prefix}"`, LINE_TIMEOUT_MS),
  };
}

function lastAfter(output: string, prefix: string): string | undefined {
  const lines = output.split('\n').slice(0, -1); // the last one may not have ended yet
  return lines.findLast((line) => line.startsWith(prefix))?.slice(prefix.length);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
