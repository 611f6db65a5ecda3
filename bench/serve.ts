/**
 * A bundled worker in a workerd of its own, with D1 and KV in memory, and what the kernel says about that process. Requests go to the
 * worker's own socket: nothing of Miniflare stands in between. Linux alone: it is read from /proc.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { Heard } from './heard.ts';
import { inspect, type Inspector } from './inspector.ts';
import { cpuMsOf, statOf } from './process.ts';
import { COMPATIBILITY_DATE } from './runtime.ts';
import { remove, temporary } from './temporary.ts';

export type Database = Awaited<ReturnType<Miniflare['getD1Database']>>;

/** A worker as its clients see it, and what it costs. */
export interface Asked {
  name: string;
  url: string;
  /** What follows `prefix` on the line of the worker's console that has it, now or when it comes. */
  line(prefix: string): Promise<string>;
  /** CPU that its process has used so far, in milliseconds (user and system, all threads). */
  cpuMs(): number;
}

export interface Served extends Asked {
  db: Database;
  /** Resident memory of the process, in bytes. */
  rss(): number;
  /** Size of everything that D1 and KV hold, in bytes on disk. */
  stored(): number;
  /** The inspector of the worker's isolate, if it was served `inspected`. */
  inspect(): Promise<Inspector>;
  /** Runs the cron handler. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export async function serve(
  name: string,
  script: string,
  bindings: Record<string, string>,
  migrations: readonly string[],
  { nodejs = false, inspected = false }: { nodejs?: boolean; inspected?: boolean } = {},
): Promise<Served> {
  const heard = new Heard();
  const state = temporary();
  const before = new Set(workerdChildren());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: state,
      handleStructuredLogs: ({ message }) => heard.hear(message),
      ...(inspected ? { inspectorPort: 0 } : {}),
      workers: [
        {
          name: 'worker',
          modules: true,
          script: read(script),
          compatibilityDate: COMPATIBILITY_DATE,
          compatibilityFlags: nodejs ? ['nodejs_compat'] : [],
          stripCfConnectingIp: false,
          bindings,
          kvNamespaces: ['KV'],
          d1Databases: ['DB'],
          ratelimits: {
            DRAW_LIMIT: { namespace_id: '1', simple: { limit: 300, period: 60 } },
            ACT_LIMIT: { namespace_id: '2', simple: { limit: 60, period: 60 } },
            READ_LIMIT: { namespace_id: '3', simple: { limit: 3000, period: 60 } },
          },
          serviceBindings: { ASSETS: { disk: { path: state } } },
          unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
          unsafeTriggerHandlers: true,
        },
      ],
    }),
  );
  await miniflare.ready;
  const pid = workerdChildren().find((child) => !before.has(child));
  if (pid === undefined) throw new Error('workerd was not found among the child processes');
  const url = (await miniflare.unsafeGetDirectURL('worker')).href.replace(/\/$/, '');
  const db = await miniflare.getD1Database('DB', 'worker');
  for (const statement of migrations) await db.prepare(statement).run();

  return {
    name,
    url,
    db,
    line: (prefix) => heard.line(prefix),
    cpuMs: () => cpuMsOf(pid),
    rss: () => Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]) * 1024,
    stored: () => sizeOf(state),
    inspect: async () => inspect(await miniflare.getInspectorURL()),
    sweep: async () => {
      const worker = await miniflare.getWorker('worker');
      await worker.scheduled({ scheduledTime: new Date(), cron: '* * * * *' });
    },
    stop: async () => {
      await miniflare.dispose();
      remove(state);
    },
  };
}

const read = (path: string) => readFileSync(path, 'utf8');

function workerdChildren(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const isOurs = Number(statOf(pid)[1]) === process.pid;
        return isOurs && read(`/proc/${pid}/comm`).startsWith('workerd');
      } catch {
        return false; // it has ended meanwhile
      }
    });
}

function sizeOf(directory: string): number {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0; // it may be gone by now
  }
  return bytes;
}
