/**
 * `npm run bench:profile [-- FILE.cpuprofile]`: where the worker's CPU goes during sign-ups, by function, in milliseconds of each function's own
 * a sign-up. The file opens in Chrome's developer tools.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { serveOurs } from './served.ts';
import { repeat, signUp } from './sign-up.ts';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const SIGN_UPS = 500;
const CONCURRENCY = 16;
const INTERVAL_US = 200;
const SHOWN = 50;

const {
  positionals: [file],
} = parseArgs({ allowPositionals: true });

const { served } = await serveOurs({ readable: true, hashless: true, inspected: true });
const inspector = await served.inspect();
const signUps = () => repeat(SIGN_UPS, CONCURRENCY, async () => void (await signUp(served)));

await signUps(); // what is hot gets compiled
await inspector.call('Profiler.enable');
await inspector.call('Profiler.setSamplingInterval', { interval: INTERVAL_US });
await inspector.call('Profiler.start');
await signUps();
const { profile } = await inspector.call<{ profile: Profile }>('Profiler.stop');
if (file !== undefined) writeFileSync(file, JSON.stringify(profile));

const own = new Map<string, number>();
const names = new Map(
  profile.nodes.map(({ id, callFrame }) => [
    id,
    `${callFrame.functionName || '(anonymous)'} in line ${callFrame.lineNumber + 1}`,
  ]),
);
profile.samples.forEach((sample, i) => {
  const name = names.get(sample) ?? '';
  own.set(name, (own.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0));
});
for (const [name, us] of [...own].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
  console.log(`${(us / 1000 / SIGN_UPS).toFixed(3).padStart(8)} ms  ${name}`);
}
await served.stop();
process.exit();
