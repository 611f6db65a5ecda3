/** What a worker costs before its first request: CPU of its start, by `wrangler check startup`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerArguments, wrangler } from './build.ts';
import { temporary } from './temporary.ts';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string } }[];
  samples: number[];
  timeDeltas: number[];
}

export type StartUp = () => Promise<number>;

/** Bundles once; each call starts the bundle and returns milliseconds, without those it was idle. */
export async function ourStartUp(): Promise<StartUp> {
  return startUpOf('--minify');
}

export async function peerStartUp(): Promise<StartUp> {
  return startUpOf(...(await peerArguments()));
}

async function startUpOf(...args: string[]): Promise<StartUp> {
  const directory = temporary();
  const built = join(directory, 'worker.bundle');
  const outfile = join(directory, 'startup.cpuprofile');
  await wrangler('deploy', '--dry-run', '--outfile', built, ...args);
  return async () => {
    await wrangler('check', 'startup', '--workerBundle', built, '--outfile', outfile);
    return busyMs(JSON.parse(readFileSync(outfile, 'utf8')) as Profile);
  };
}

function busyMs({ nodes, samples, timeDeltas }: Profile): number {
  const idle = nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')?.id;
  const busy = timeDeltas.filter((_, i) => samples[i] !== idle);
  return busy.reduce((sum, microseconds) => sum + microseconds, 0) / 1000;
}
