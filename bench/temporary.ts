/** Folders that go when the process does, also when it is interrupted: databases of a bench take gigabytes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

process.once('exit', () => folders.forEach(remove));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edge-signup-bench-'));
  folders.push(folder);
  return folder;
}

export const remove = (folder: string) => rmSync(folder, { recursive: true, force: true });
