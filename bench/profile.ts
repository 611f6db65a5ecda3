/**
 * `node bench/profile.ts [FILE.cpuprofile]`: where the worker's CPU goes during sign-ups, by function (own time). The file opens in
 * Chrome's developer tools. Build the names in with `--names`.
 */
import { writeFileSync } from 'node:fs';
import { repeat, signUp } from './sign-up.ts';
import { serveFloor, serveOurs } from './served.ts';

interface Node {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
}
interface Profile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}

const WARM_UP = 500;
const SIGN_UPS = 500;
const SHOWN = 60;

const port = 9300 + Math.floor(Math.random() * 500);
const served =
  process.argv[3] === 'floor'
    ? await serveFloor({ inspectorPort: port })
    : (await serveOurs({ inspectorPort: port, readable: true })).served;
const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
  webSocketDebuggerUrl: string;
  id: string;
}[];
const target = targets.find(({ id }) => id.includes('worker'));
const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
await new Promise((resolve) => socket.addEventListener('open', resolve));
let calls = 0;
const call = (method: string, params = {}) =>
  new Promise<{ profile: Profile }>((resolve) => {
    const id = ++calls;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { id?: number; result: { profile: Profile } };
      if (message.id === id) resolve(message.result);
    });
    socket.send(JSON.stringify({ id, method, params }));
  });

await repeat(WARM_UP, 16, async () => void (await signUp(served)));
await call('Profiler.enable');
await call('Profiler.setSamplingInterval', { interval: 200 });
await call('Profiler.start');
const before = served.cpuMs();
await repeat(SIGN_UPS, 16, async () => void (await signUp(served)));
const cpu = served.cpuMs() - before;
const { profile } = await call('Profiler.stop');
if (process.argv[2] !== undefined) writeFileSync(process.argv[2], JSON.stringify(profile));

const own = new Map<string, number>();
const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
profile.samples.forEach((sample, i) => {
  const frame = nodes.get(sample)?.callFrame;
  if (frame === undefined) return;
  const name = `${frame.functionName || '(anonymous)'} ${frame.lineNumber}:${frame.columnNumber}`;
  own.set(name, (own.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0));
});
console.log(`process: ${(cpu / SIGN_UPS).toFixed(2)} ms CPU a sign-up`);
for (const [name, us] of [...own].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
  console.log(`${(us / 1000 / SIGN_UPS).toFixed(3).padStart(8)} ms  ${name}`);
}
await served.stop();
process.exit();
