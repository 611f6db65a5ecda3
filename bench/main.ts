/**
 * `npm run bench`: what the worker costs, against a floor that asks the same of the same stores and does nothing else, and with
 * `--peers` against the same sign-up built with better-auth (`cd bench && npm ci` first). Says of each goal whether it is met,
 * and of each ratio whether the machine was quiet enough to tell.
 *
 *     --peers           with better-auth and svg-captcha
 *     --only a,b        of: size, startup, cpu, latency, memory, drawing
 *     --rounds N        of the CPU measurements, 6 or more (25)
 *     --requests N      of the memory measurement, 20000 or more (100000)
 *     --json FILE       everything measured, for machines
 */
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { stop } from '../scripts/operate/options.ts';
import { cpuOf, WORK } from './cpu.ts';
import type { Asked } from './serve.ts';
import { latencyOf, type Latency } from './latency.ts';
import { memoryOf } from './memory.ts';
import { ourStartUp, peerStartUp } from './startup.ts';
import { median, type Ratio, ratioOf, verdictOn } from './statistics.ts';
import { progress, table } from './table.ts';
import { type Sized, serveFloor, serveOurs, servePeer } from './served.ts';

const PARTS = ['size', 'startup', 'cpu', 'latency', 'memory', 'drawing'] as const;
const TIMES = { 'sign-up': 150, 'GET /imagecode': 600 };
/** With the stores apart there is so little left that the kernel's ticks of 10 ms would show: so many times as often. */
const APART = 4;
const GOALS: Record<string, Record<string, number>> = {
  'sign-up': { floor: 1.3, 'better-auth': 0.5 },
  'GET /imagecode': { floor: 1.15 },
};
const CONCURRENCIES = [1, 16, 64];
/** Each is a dozen milliseconds, which the profiler samples every one or so: it takes many to tell. */
const START_UPS = 150;
const GZIP_GOAL = 90_000;
const GROWTH_GOAL = 0.05;

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    rounds: { type: 'string', default: '25' },
    requests: { type: 'string', default: '100000' },
    json: { type: 'string' },
  },
});
const rounds = Number(options.rounds);
const requests = Number(options.requests);
const wanted = new Set(options.only.split(','));
const unknown = [...wanted].filter((part) => !PARTS.some((known) => known === part));
if (unknown.length > 0) stop(`--only takes ${PARTS.join(', ')}`);
if (!(rounds >= 6)) stop('--rounds takes a number from 6: of fewer, no interval is one of 95 %');
if (!(requests >= 20_000))
  stop('--requests takes a number from 20000: V8 settles in during the first');
if (options.only === 'drawing' && !options.peers) stop('drawing is compared with a peer: --peers');

/** Lines of the first table: what was measured, the figure, the goal, whether it is met. */
const lines: string[][] = [];
const report: Record<string, unknown> = {
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, platform: platform(), arch: arch() },
  load: loadavg()[0],
};

progress('bundling');
const ours = await serveOurs({ hashless: true });
const peer = options.peers ? await servePeer() : undefined;
const floor = await serveFloor();

if (wanted.has('size')) reportSize(ours, peer);
if (wanted.has('startup')) await reportStartUp();
if (wanted.has('cpu')) await reportCpu();
const latencies = wanted.has('latency') ? await reportLatency() : [];
if (wanted.has('memory')) await reportMemory();
if (wanted.has('drawing') && options.peers) await reportDrawing();

progress('');
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`;
const load = [report['load'], loadavg()[0]].map((value) => Number(value).toFixed(1)).join(' and ');
console.log(`\n${machine}; load average ${load} before and after\n`);
console.log(table(['', 'measured', 'goal', ''], lines));
if (latencies.length > 0) console.log(`\n${latencyTable(latencies)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
for (const each of [ours, peer, floor]) await each?.served.stop();
process.exit();

function reportSize(...bundles: (Sized | undefined)[]) {
  for (const built of bundles) {
    if (built === undefined) continue;
    const { bytes, gzip, served } = built;
    report[`bundle of ${served.name}`] = { bytes, gzip };
    const isOurs = served.name === 'ours';
    lines.push([
      `bundle of ${served.name}, minified, gzip -9`,
      `${(gzip / 1000).toFixed(1)} KB`,
      isOurs ? `≤ ${GZIP_GOAL / 1000} KB` : '',
      isOurs ? (gzip <= GZIP_GOAL ? 'met' : 'missed') : '',
    ]);
  }
}

async function reportStartUp() {
  const starts = { ours: await ourStartUp(), peer: peer && (await peerStartUp()) };
  const took: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let turn = 0; turn < START_UPS; turn++) {
    progress(`start-up ${turn + 1}/${START_UPS}`);
    took.ours.push(await starts.ours());
    if (starts.peer !== undefined) took.peer.push(await starts.peer());
  }
  report['startup'] = took;
  lines.push(['start-up, CPU', `${median(took.ours).toFixed(0)} ms`, '', '']);
  if (peer === undefined) return;
  lines.push(['start-up of better-auth', `${median(took.peer).toFixed(0)} ms`, '', '']);
  pushRatio('start-up against better-auth', ratioOf(took.ours, took.peer), 0.25);
}

async function reportCpu() {
  const all = [ours, floor, ...(peer === undefined ? [] : [peer])];
  await reportCpuOf(all.map(({ served }) => served));
  const alone = await Promise.all(all.map((each) => each.alone()));
  await reportCpuOf(alone, ', stores apart', APART);
  for (const each of alone) each.stop();
}

/** The goals are for the worker together with its stores. */
async function reportCpuOf(workers: readonly Asked[], how = '', longer = 1) {
  for (const name of ['sign-up', 'GET /imagecode'] as const) {
    const times = TIMES[name] * longer;
    const measured = await cpuOf(workers, WORK[name], { rounds, times }, (done) =>
      progress(`CPU of a ${name}${how}, round ${done}/${rounds}`),
    );
    report[`cpu of ${name}${how}`] = Object.fromEntries(measured);
    for (const [worker, ms] of measured) {
      lines.push([`CPU of a ${name}${how}, ${worker}`, `${median(ms).toFixed(2)} ms`, '', '']);
    }
    for (const [worker, ms] of measured) {
      if (worker === 'ours') continue;
      const goal = how === '' ? GOALS[name]?.[worker] : undefined;
      pushRatio(`${name}${how}, against ${worker}`, ratioOf(measured.get('ours') ?? [], ms), goal);
    }
  }
}

async function reportLatency(): Promise<Latency[]> {
  const found: Latency[] = [];
  for (const concurrency of CONCURRENCIES) {
    for (const { served } of [ours, floor]) {
      progress(`latency of ${served.name}, ${concurrency} at once`);
      found.push(...(await latencyOf(served, concurrency, 200 + 10 * concurrency)));
    }
  }
  report['latency'] = found;
  return found;
}

async function reportMemory() {
  const { served } = await serveOurs({ inspected: true });
  const memory = await memoryOf(served, requests, (step) =>
    progress(`memory, ${step * 5} % of ${requests} requests`),
  );
  await served.stop();
  report['memory'] = memory;
  const megabytes = (bytes = NaN) => (bytes / 1e6).toFixed(1);
  const { before, after } = memory.least;
  lines.push([
    `least heap of the isolate in the first and the second half of ${requests} requests`,
    `${megabytes(before)}, ${megabytes(after)} MB`,
    `flat (≤ ${GROWTH_GOAL * 100} % more)`,
    after <= before * (1 + GROWTH_GOAL) ? 'met' : 'missed',
  ]);
  const { rss } = memory;
  lines.push([
    'workerd with its stores, at a twentieth, the half and the end',
    `${megabytes(rss[0])}, ${megabytes(rss[9])}, ${megabytes(rss.at(-1))} MB`,
    '',
    '',
  ]);
}

async function reportDrawing() {
  progress('drawing');
  const { compareDrawing } = await import('./captcha/speed.ts'); // needs svg-captcha
  const drawn = compareDrawing();
  report['drawing'] = drawn;
  for (const [name, { rate, bytes, gzip }] of [
    ['ours', drawn.ours],
    ['svg-captcha', drawn.theirs],
  ] as const) {
    const size = `${bytes} bytes (${gzip} gzip)`;
    lines.push([`drawing, ${name}`, `${rate.toFixed(0)}/s, ${size}`, '', '']);
  }
  lines.push(['drawing, times as fast as svg-captcha', drawn.ratio.median.toFixed(1), '', '']);
}

function pushRatio(what: string, ratio: Ratio, atMost?: number) {
  const { median: middle, low, high } = ratio;
  const figure = `${middle.toFixed(2)} (95 %, ${ratio.rounds} rounds: ${low.toFixed(2)}–${high.toFixed(2)})`;
  const goal = atMost === undefined ? ['', ''] : [`≤ ${atMost}`, verdictOn(ratio, atMost)];
  lines.push([what, figure, ...goal]);
}

function latencyTable(found: Latency[]): string {
  const rows = found.map(({ worker, request, concurrency, p50, p99 }) => [
    request,
    worker,
    String(concurrency),
    `${p50.toFixed(1)} ms`,
    `${p99.toFixed(1)} ms`,
  ]);
  return table(['latency', '', 'at once', 'p50', 'p99'], rows);
}
