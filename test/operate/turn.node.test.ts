/** Turns that processes take: what holds, and what a process that is killed leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const TURN = JSON.stringify(new URL('../../scripts/operate/turn.ts', import.meta.url).href);

describe('a turn', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-signup-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const mark = () => join(folder, 'taken');

  /** A process that takes a turn, says what comes of it, and gives it back when told anything. Two at once would fail at `mark`. */
  function taker() {
    const script = `
      import { mkdirSync, rmdirSync } from 'node:fs';
      import { takeTurn } from ${TURN};
      const mark = ${JSON.stringify(mark())};
      const end = await takeTurn(${JSON.stringify(join(folder, 'new/turn.sqlite'))}, () => console.log('waits'));
      mkdirSync(mark);
      console.log('has it');
      process.stdin.once('data', () => { rmdirSync(mark); end(); end(); process.stdin.destroy(); });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const said = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    return {
      says: async () => String((await said.next()).value).trim(),
      giveBack: () => child.stdin.write('now\n'),
      kill: () => child.kill('SIGKILL'),
    };
  }

  it('is given back to whoever waits', async () => {
    const [first, second] = [taker(), taker()];
    const words = await Promise.all([first.says(), second.says()]);
    expect(words.toSorted()).toEqual(['has it', 'waits']);
    const [holder, waiter] = words[0] === 'has it' ? [first, second] : [second, first];
    holder.giveBack();
    expect(await waiter.says()).toBe('has it');
  });

  it('ends with its process, and those who wait have it one after the other', async () => {
    const dead = taker();
    expect(await dead.says()).toBe('has it');
    const waiting = Array.from({ length: 4 }, taker);
    for (const each of waiting) expect(await each.says()).toBe('waits');
    rmdirSync(mark());
    dead.kill();
    await Promise.all(
      waiting.map(async (each) => {
        expect(await each.says()).toBe('has it');
        each.giveBack();
      }),
    );
  });
});
