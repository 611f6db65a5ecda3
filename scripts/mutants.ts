/**
 * `npm run test:mutants [-- <words>]`: takes each guard away in turn and shows that a test goes red. Works on a copy of the
 * tree. Words pick the mutants whose file or reason has one of them. Fails when a mutant survives or its text is gone.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './mutants/all.ts';
import type { Mutant } from './mutants/mutant.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = [
  'src',
  'test',
  'migrations',
  'public',
  'scripts',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'wrangler.toml',
];
/** A mutant may hang where the worker waited for a deadline. */
const LONGEST_MS = 240_000;
/** Generated tests find the same things each time. */
const SETTINGS = { PROOF_SEED: '7', PROOF_RUNS: '40' };

interface Report {
  testResults: {
    name: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

const words = process.argv.slice(2);
const chosen = MUTANTS.filter(
  ({ file, why }) => words.length === 0 || words.some((word) => `${file} ${why}`.includes(word)),
);
if (chosen.length === 0) {
  console.error(`No mutant has any of these words: ${words.join(' ')}`);
  process.exit(2);
}
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
try {
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  process.exitCode = main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function main(): number {
  const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
  const before = redTest(files);
  if (before !== null) {
    console.error(`Red without any mutant: ${before}`);
    return 1;
  }
  const rows = chosen.map((mutant, index) => {
    const red = killerOf(mutant);
    console.error(`${index + 1}/${chosen.length} ${mutant.why}: ${red ?? 'SURVIVED'}`);
    return { mutant, red };
  });
  console.log('| file | without | the test that goes red |\n|---|---|---|');
  for (const { mutant, red } of rows) {
    console.log(`| \`${mutant.file}\` | ${mutant.why} | ${red ?? '**none**'} |`);
  }
  const survivors = rows.filter(({ red }) => red === null).length;
  const late = rows.filter(({ red }) => red?.endsWith('(timed out)')).length;
  console.log(`\n${rows.length} mutants, ${survivors} survived, ${late} only timed out.`);
  return survivors === 0 ? 0 : 1;
}

/** The test that notices the mutant, or null. */
function killerOf({ file, text, replacement, tests, why }: Mutant): string | null {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(text).length !== 2) {
    throw new Error(`${file} has the text of "${why}" not exactly once`);
  }
  writeFileSync(
    path,
    source.replace(text, () => replacement),
  );
  try {
    return redTest(tests);
  } finally {
    writeFileSync(path, source);
  }
}

/** The first red test of these files, one after the other, or null. */
function redTest(files: readonly string[]): string | null {
  for (const file of files) {
    const red = redTestIn(file);
    if (red !== null) return red;
  }
  return null;
}

/** A run that ends without a report is red as well. What only took too long says so: a busy machine does that too. */
function redTestIn(file: string): string | null {
  const output = join(copy, 'report.json');
  rmSync(output, { force: true });
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const reporting = ['--bail=1', '--reporter=json', `--outputFile=${output}`];
  const { error } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project=worker', ...reporting, file],
    {
      cwd: copy,
      env: { ...process.env, ...SETTINGS },
      timeout: LONGEST_MS,
    },
  );
  const report = readReport(output);
  if (report === null) return error === undefined ? 'the run itself' : 'the run itself (timed out)';
  const failed = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        title: `${name.slice(copy.length + 6)}: ${fullName}`,
        isLate: failureMessages.every((message) => message.includes('Test timed out')),
      })),
  );
  const [red] = failed.toSorted((a, b) => Number(a.isLate) - Number(b.isLate));
  return red === undefined ? null : `${red.title}${red.isLate ? ' (timed out)' : ''}`;
}

function readReport(path: string): Report | null {
  if (!existsSync(path)) return null;
  const report: Report = JSON.parse(readFileSync(path, 'utf8'));
  return report;
}
