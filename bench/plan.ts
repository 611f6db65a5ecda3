/**
 * What one sign-up asks of its stores, taken down from the product itself, in a form that can be done again for any mobile:
 * the floor repeats it. Texts are pieces: a number stands for an id that belongs to the mobile, null for the mobile.
 */
import type { Operation } from './operations.ts';

export type Pieces = (string | number | null)[];
export type Value =
  | { text: Pieces }
  /** Milliseconds from now. */
  | { time: number }
  /** Slots of five minutes from now. */
  | { slot: number }
  | { as: unknown };
export type PlannedOperation =
  | { store: 'kv'; verb: 'get' | 'put' | 'delete'; key: Pieces; value: Pieces }
  | { store: 'd1'; statements: { sql: string; params: Value[] }[] };
export interface Plan {
  /** Lengths of the ids, which are texts of 16 characters and more. */
  ids: number[];
  requests: Record<string, { operations: PlannedOperation[]; answer: string }>;
}

export const SLOT_MS = 300_000;
const MONTHS_MS = 90 * 86_400_000;
const DAY_IN_SLOTS = 400;
const ID = /[\w-]{16,}/g;

/** `now`: when the sign-up was done, in Unix milliseconds. */
export function planOf(
  done: { name: string; operations: Operation[]; answer: string }[],
  mobile: string,
  now: number,
): Plan {
  const ids: string[] = [];
  const note = (value: unknown) => {
    if (typeof value !== 'string' || value.includes(' ')) return;
    for (const id of value.match(ID) ?? []) {
      if (!ids.includes(id) && !id.includes(mobile)) ids.push(id);
    }
  };
  for (const { operations } of done) {
    for (const operation of operations) {
      if (operation.store === 'd1')
        operation.statements.flatMap(({ params }) => params).forEach(note);
    }
  }

  const piecesOf = (text: string): Pieces => {
    const known = [mobile, ...ids];
    const pattern = new RegExp(`(${known.map((id) => id.replace(/[$]/g, '\\$&')).join('|')})`);
    return text.split(pattern).map((piece) => {
      const at = known.indexOf(piece);
      return at === -1 ? piece : at === 0 ? null : at - 1;
    });
  };
  const valueOf = (value: unknown): Value => {
    if (typeof value === 'string') return { text: piecesOf(value) };
    if (typeof value !== 'number') return { as: value };
    if (Math.abs(value - now) < MONTHS_MS) return { time: value - now };
    const slots = value - Math.floor(now / SLOT_MS);
    return Math.abs(slots) < DAY_IN_SLOTS ? { slot: slots } : { as: value };
  };
  const plan = (operation: Operation): PlannedOperation => {
    if (operation.store === 'kv') {
      const { store, verb, key, value } = operation;
      return { store, verb, key: piecesOf(key), value: piecesOf(String(value)) };
    }
    const statements = operation.statements.map(({ sql, params }) => ({
      sql,
      params: params.map(valueOf),
    }));
    return { store: 'd1', statements };
  };
  return {
    ids: ids.map((id) => id.length),
    requests: Object.fromEntries(
      done.map(({ name, operations, answer }) => [
        name,
        { operations: operations.map(plan), answer },
      ]),
    ),
  };
}
