/**
 * A bundled worker alone in its workerd, with its stores in this process: the CPU of that workerd is what the worker costs, and of D1 and
 * KV no more than asking them.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Heard } from './heard.ts';
import { cpuMsOf } from './process.ts';
import type { Asked } from './serve.ts';
import { openStores, type Stores } from './stores.ts';
import { COMPATIBILITY_DATE } from './runtime.ts';
import { temporary } from './temporary.ts';

const WORKERD = (createRequire(import.meta.url)('workerd') as { default: string }).default;
/** Requests come from this machine, which no limit by address holds up. */
const NOT_ASKED = { DRAW_LIMIT: '', ACT_LIMIT: '', READ_LIMIT: '', ASSETS: '' };

export interface Alone extends Asked {
  stop(): void;
}

export async function serveAlone(
  name: string,
  script: string,
  bindings: Record<string, string>,
  migrations: readonly string[],
  { nodejs = false } = {},
): Promise<Alone> {
  const directory = temporary();
  const config = join(directory, 'config.capnp');
  const stores = await openStores(migrations);
  copyFileSync(script, join(directory, 'worker.js'));
  writeFileSync(config, configOf({ ...NOT_ASKED, ...bindings }, stores, nodejs));
  const child = spawn(WORKERD, ['serve', '--experimental', '--control-fd=3', config], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  process.once('exit', () => child.kill());
  const heard = new Heard();
  createInterface({ input: child.stdout as Readable }).on('line', (line) => heard.hear(line));
  const port = await portOf(child.stdio[3] as Readable);
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    line: (prefix) => heard.line(prefix),
    cpuMs: () => cpuMsOf(child.pid ?? NaN),
    stop: () => {
      child.kill();
      stores.close();
    },
  };
}

/** workerd says on its control channel where it listens. */
const portOf = (control: Readable) =>
  new Promise<number>((resolve, reject) => {
    const lines = createInterface({ input: control });
    lines.on('line', (line) => {
      const { event, port } = JSON.parse(line) as { event: string; port?: number };
      if (event === 'listen' && port !== undefined) resolve(port);
    });
    lines.on('close', () => reject(new Error('workerd did not start')));
  });

function configOf(bindings: Record<string, string>, { d1, kv }: Stores, nodejs: boolean): string {
  const text = JSON.stringify;
  const texts = Object.entries(bindings).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  );
  return `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      compatibilityFlags = [${nodejs ? '"nodejs_compat"' : ''}],
      bindings = [
        (name = "KV", kvNamespace = "kv"),
        (name = "DB", wrapped = (
          moduleName = "cloudflare-internal:d1-api",
          innerBindings = [(name = "fetcher", service = "d1")],
        )),
        ${texts.join(',\n        ')}
      ],
    )),
    (name = "d1", external = (address = ${text(d1)}, http = ())),
    (name = "kv", external = (address = ${text(kv)}, http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
}
