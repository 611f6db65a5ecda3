/**
 * `npm run bench:scale [-- --users 1000,100000,1000000] [--json FILE]`: whether a sign-up costs the same however many users and ledger rows
 * there are: rows read and written by D1's own account, CPU of the process.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stop } from '../scripts/operate/options.ts';
import { cpuOf, WORK } from './cpu.ts';
import { fill } from './fill.ts';
import type { Operation, Statement } from './operations.ts';
import { recordSignUp, serveOurs, serveRecorded } from './served.ts';
import { median } from './statistics.ts';
import { progress, table } from './table.ts';

const SIGN_UPS = 100;
const RECORDED = 50;
const ROUNDS = 5;

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '1000,100000,1000000' },
    json: { type: 'string' },
  },
});
const sizes = options.users.split(',').map(Number);
if (!sizes.every((users) => Number.isInteger(users) && users > 0)) {
  stop('--users takes whole numbers from 1, with commas between');
}

const found: Record<string, number>[] = [];
for (const users of sizes) {
  progress(`${users} users: filling the tables`);
  const recorded = await serveRecorded();
  await fill(recorded.db, { users, now: Date.now() });
  const statements: Statement[][] = [];
  for (let signUps = 0; signUps < RECORDED; signUps++) {
    const { recorded: requests } = await recordSignUp(recorded);
    statements.push(requests.flatMap(({ operations }) => operations.flatMap(statementsIn)));
  }
  const of = (unit: 'rowsRead' | 'rowsWritten') =>
    median(statements.map((one) => one.reduce((sum, statement) => sum + statement[unit], 0)));
  const counted = { rowsRead: of('rowsRead'), rowsWritten: of('rowsWritten') };
  await recorded.stop();

  const { served } = await serveOurs();
  await fill(served.db, { users, now: Date.now() });
  const measured = await cpuOf(
    [served],
    WORK['sign-up'],
    { rounds: ROUNDS, times: SIGN_UPS },
    (done) => progress(`${users} users: round ${done}/${ROUNDS}`),
  );
  const cpuMs = median(measured.get('ours') ?? []);
  found.push({ users, ...counted, cpuMs, storedMb: served.stored() / 1e6 });
  await served.stop();
}
progress('');
const head = ['users, and ledger rows of each kind', 'rows read', 'rows written', 'CPU', 'on disk'];
const rows = found.map(({ users, rowsRead, rowsWritten, cpuMs, storedMb }) => [
  (users ?? NaN).toLocaleString('en'),
  String(rowsRead),
  String(rowsWritten),
  `${cpuMs?.toFixed(2)} ms`,
  `${storedMb?.toFixed(0)} MB`,
]);
console.log(`\n${table(head, rows)}`);
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(found));
process.exit();

function statementsIn(operation: Operation): Statement[] {
  return operation.store === 'd1' ? operation.statements : [];
}
