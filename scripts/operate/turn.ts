/** One at a time, among the processes of this machine. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;
const SQLITE_BUSY = 5;

/**
 * Waits until no other process holds the file `path`, and holds it. Returns what gives it back.
 *
 * The file is a SQLite database that is locked and never written: the system lets go of the lock when its process
 * ends, however it ends, so none can be left over and none need be judged stale.
 */
export async function takeTurn(path: string, onWait: () => void): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  const file = new DatabaseSync(path, { timeout: 0 });
  if (!lock(file)) {
    onWait();
    do await setTimeout(LOOK_EVERY_MS);
    while (!lock(file));
  }
  return () => {
    if (file.isOpen) file.close();
  };
}

function lock(file: DatabaseSync): boolean {
  try {
    file.exec('begin exclusive');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
