/** Two first starts at once, in a folder of their own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../scripts/operate/ports.ts';
import { makePlace } from '../operate/place.ts';

const TRIES = 600;
const BETWEEN_TRIES_MS = 100;

describe('npm start', () => {
  const place = makePlace();
  const services: ChildProcess[] = [];
  let said = '';
  after(async () => {
    await Promise.all(services.map(stop));
    place.remove();
  });

  function start(port: number): void {
    const child = spawn(process.execPath, ['scripts/start.ts', '--port', String(port)], {
      cwd: place.root,
      detached: true, // a group of its own, so that all of it can be stopped
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    services.push(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }

  it('twice at once makes keys once, migrates once, and both serve', async () => {
    const first = await freePort('localhost', 8800);
    const second = await freePort('localhost', first + 1);
    for (const port of [first, second]) start(port);
    for (const port of [first, second]) {
      await until(() => said.includes(`The page:  http://localhost:${port}\n`));
      const reply = await fetch(`http://localhost:${port}/api/v1.0/session`);
      assert.deepEqual(await reply.json(), { errno: '4101', errmsg: 'false' });
    }
    assert.equal(said.match(/Made \.dev\.vars/g)?.length, 1);
    assert.equal(said.match(/under way in this folder/g)?.length, 1);
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < TRIES, 'it did not come to hold');
    await setTimeout(BETWEEN_TRIES_MS);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}
