/**
 * `npm run bench:bill [-- --peers] [--json FILE]`: what one sign-up asks of the platform, counted at the stores, and what a million of them cost by
 * Cloudflare's price list. With `--peers` the same for the sign-up built with better-auth.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Recorded } from './served.ts';
import { recordOurs, recordPeer } from './served.ts';
import { progress, table } from './table.ts';

/**
 * US dollars for a million, beyond what the paid plan's $5 a month include (developers.cloudflare.com, workers/platform/pricing, kv/platform/pricing
 * and d1/platform/pricing, as of November 2026).
 */
const PRICES = {
  requests: 0.3,
  cpuMs: 0.02,
  kvReads: 0.5,
  kvWrites: 5,
  rowsRead: 0.001,
  rowsWritten: 1,
};
type Counts = Record<keyof typeof PRICES, number>;

/**
 * CPU is not counted but assumed: 100 ms for a password hash of 600,000 iterations, and 10 ms for everything else, which is what `npm run bench`
 * measures with the local stand-ins of D1 and KV included.
 */
const CPU_MS = 110;

const { values: options } = parseArgs({
  options: { peers: { type: 'boolean', default: false }, json: { type: 'string' } },
});

progress('recording a sign-up');
const signUps = {
  ours: await recordOurs(),
  'better-auth': options.peers ? await recordPeer() : undefined,
};
progress('');
for (const [name, recorded] of Object.entries(signUps)) {
  if (recorded !== undefined) print(name, recorded.recorded);
}
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(signUps, null, 2));
process.exit();

function print(name: string, requests: Recorded[]): void {
  const counted = requests.map(countsOf);
  const total = counted.reduce(add);
  const rows = [...counted, total].map(
    ({ roundTrips, kvReads, kvWrites, rowsRead, rowsWritten }, i) =>
      [requests[i]?.name ?? 'a sign-up', kvReads, kvWrites, roundTrips, rowsRead, rowsWritten].map(
        String,
      ),
  );
  const head = ['KV reads', 'KV writes and deletes', 'D1 round trips', 'rows read', 'rows written'];
  console.log(`\n${table([name, ...head], rows)}\n`);
  const bill = Object.entries(PRICES).map(([unit, price]) => {
    const count = total[unit as keyof Counts];
    return [unit, String(count), `$${price}`, `$${(count * price).toFixed(2)}`];
  });
  const sum = Object.entries(PRICES).reduce(
    (all, [unit, price]) => all + total[unit as keyof Counts] * price,
    0,
  );
  bill.push(['a million sign-ups', '', '', `$${sum.toFixed(2)}`]);
  console.log(table([name, 'in one sign-up', 'a million cost', 'so, a million sign-ups'], bill));
}

type Counted = Counts & { roundTrips: number };

function countsOf({ name, operations }: Recorded): Counted {
  const counts: Counted = {
    requests: 1,
    cpuMs: name === 'POST /users' ? CPU_MS : 0,
    kvReads: 0,
    kvWrites: 0,
    rowsRead: 0,
    rowsWritten: 0,
    roundTrips: 0,
  };
  for (const operation of operations) {
    if (operation.store === 'kv') {
      counts[operation.verb === 'get' ? 'kvReads' : 'kvWrites'] += 1;
      continue;
    }
    counts.roundTrips += 1;
    for (const { rowsRead, rowsWritten } of operation.statements) {
      counts.rowsRead += rowsRead;
      counts.rowsWritten += rowsWritten;
    }
  }
  return counts;
}

function add(a: Counted, b: Counted): Counted {
  const units = Object.keys(a) as (keyof Counted)[];
  return Object.fromEntries(units.map((unit) => [unit, a[unit] + b[unit]])) as Counted;
}
