/** The table of log events in docs/operations.md, against the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** A call of a log: its level, or what works it out, and the event's name. */
const CALL = /\blog\(\s*([^;]*?),\s*'([a-z_]+)'/g;
const ROW = /^\| `([a-z_]+)`\s*\| ([a-z, ]+?)\s*\|/gm;

const wordsIn = (text: string) => text.match(/\b(info|warn|error)\b/g) ?? [];

function eventsInCode(): Map<string, Set<string>> {
  const events = new Map<string, Set<string>>();
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    for (const [, level = '', name = ''] of readFileSync(join('src', file), 'utf8').matchAll(
      CALL,
    )) {
      const levels = events.get(name) ?? new Set();
      for (const word of wordsIn(level)) levels.add(word);
      events.set(name, levels);
    }
  }
  return events;
}

function eventsInDocs(): Map<string, Set<string>> {
  const text = readFileSync('docs/operations.md', 'utf8');
  const table = text.slice(text.indexOf('## The log'), text.indexOf('**Wake somebody**'));
  return new Map(
    [...table.matchAll(ROW)].map(([, name = '', levels = '']) => [name, new Set(wordsIn(levels))]),
  );
}

it('names every event of the code and no other, with its levels', () => {
  const [code, docs] = [eventsInCode(), eventsInDocs()];
  // Where a function works the level out, such as that of `sms_send`, any will do.
  const expected = [...code].map(([name, levels]) => [
    name,
    levels.size > 0 ? levels : docs.get(name),
  ]);
  expect(docs).toEqual(new Map(expected as [string, Set<string>][]));
});
