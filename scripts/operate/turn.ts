/** One at a time, among the processes of this machine. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;

/**
 * Waits until nobody holds the file `path`, and holds it. The file names its process: one that is gone holds nothing.
 * Returns what gives it back; the second call does nothing.
 */
export async function takeTurn(path: string, onWait: () => void): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  while (!take(path)) {
    if (isGone(path)) rmSync(path, { force: true });
    else {
      if (!waited) onWait();
      waited = true;
      await setTimeout(LOOK_EVERY_MS);
    }
  }
  let held = true;
  return () => {
    if (held) rmSync(path, { force: true });
    held = false;
  };
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' }); // fails if it is there: one process wins
    return true;
  } catch {
    return false;
  }
}

/** Whether the process that the file names has ended. An empty file is being written. */
function isGone(path: string): boolean {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    if (holder === 0) return false;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
