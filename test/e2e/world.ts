/**
 * One service, one Chromium and some users for all tests of a run: made when first asked for, stopped at its end. A
 * mobile can have one code a minute, so what needs a code of an account begins with a user who has not had any.
 */
import { execFile } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { launch } from './chromium.ts';
import { type Service, startService } from './service.ts';

export interface World {
  browser: Browser;
  service: Service;
}

/** Of every account in these tests. */
export const PASSWORD = 'correct horse battery';
const USERS = 100;
const IMPORT = fileURLToPath(new URL('../../scripts/users-import.ts', import.meta.url));

let opened: Promise<World> | undefined;
let mobiles = 0;
let users = 0;

export const world = (): Promise<World> => (opened ??= open());

/** A mobile that nobody has. */
export const newMobile = () => `1390000${String((mobiles += 1)).padStart(4, '0')}`;

/** The mobile of a user who has not been here yet. */
export function newUser(): string {
  users += 1;
  if (users > USERS) throw new Error('too few users: raise USERS');
  return mobileOfUser(users);
}

export const mobileOfUser = (n: number) => `1370000${String(n).padStart(4, '0')}`;

async function open(): Promise<World> {
  const browser = await launch(); // first: without a browser no service is left behind
  try {
    const service = await startService();
    await importUsers(service.state);
    return { browser, service };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

after(async () => {
  const made = await opened?.catch(() => undefined);
  await made?.browser.close();
  await made?.service.stop();
});

/** As users of an older service come: that takes no code and no captcha. */
export async function importUsers(state: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-signup-'));
  try {
    const file = join(folder, 'users.csv');
    const hash = `pbkdf2:sha256:1$salt$${pbkdf2Sync(PASSWORD, 'salt', 1, 32, 'sha256').toString('hex')}`;
    const rows = Array.from({ length: USERS }, (_, n) => {
      const mobile = mobileOfUser(n + 1);
      return `${mobile},${mobile},${hash},,2024-02-29 08:30:00\n`;
    });
    writeFileSync(file, `mobile,name,password_hash,avatar,create_time\n${rows.join('')}`);
    await promisify(execFile)(process.execPath, [IMPORT, file, '--persist-to', state]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
