/** What the commands of the docs leave in the project's folder holds mobiles, hashes and sessions. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const WRITTEN = [
  'backup.sql', // docs/operations.md, "Backup and restore"
  'funnel.html', // docs/operations.md, "What people do"
  'stats.html',
  'users.csv', // README, "Operate"
  'users.csv.refused.csv',
  'captcha.svg', // README, "Try it with curl"
  'jar',
];

it('git add . takes nothing that a command of the docs has written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-signup-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  git('init', '--quiet');
  cpSync('.gitignore', join(folder, '.gitignore'));
  for (const name of WRITTEN) writeFileSync(join(folder, name), '');
  expect(git('add', '--dry-run', '.')).toBe("add '.gitignore'\n");
  rmSync(folder, { recursive: true });
});
