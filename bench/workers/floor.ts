/**
 * The floor: a bare worker that asks of KV and D1 what the product asks for one sign-up, statement by statement, and
 * does nothing else. No router, no validation, no cryptography, no query builder; its answers are constants.
 */
import { type Pieces, type Plan, SLOT_MS, type Value } from '../plan.ts';

interface Bindings {
  KV: KVNamespace;
  DB: D1Database;
  PLAN: string;
}
interface Person {
  mobile: string;
  ids: string[];
  now: number;
}
type Act = (env: Bindings, person: Person) => Promise<unknown>;

let plan: Plan | undefined;
const acts = new Map<string, { act: Act[]; answer: string }>();

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    plan ??= compile(JSON.parse(env.PLAN) as Plan);
    const { pathname } = new URL(request.url);
    const isImage = pathname.startsWith('/api/v1.0/imagecode/');
    const isPost = request.method === 'POST';
    const name = isImage ? 'GET /imagecode' : isPost ? 'POST /users' : 'GET /smscode';
    const body = isPost ? await request.json<{ mobile: string }>() : null;
    const mobile = body?.mobile ?? pathname.slice(-11);
    const ids = plan.ids.map((length, i) => `${mobile}${i}`.padEnd(length, 'x'));
    const { act, answer } = acts.get(name) ?? { act: [], answer: '' };
    for (const each of act) await each(env, { mobile, ids, now: Date.now() });
    const type = isImage ? 'image/svg+xml' : 'application/json';
    return new Response(answer, { headers: { 'Content-Type': type } });
  },
};

function compile(given: Plan): Plan {
  for (const [name, { operations, answer }] of Object.entries(given.requests)) {
    acts.set(name, { act: operations.map(compileOperation), answer });
  }
  return given;
}

function compileOperation(operation: Plan['requests'][string]['operations'][number]): Act {
  if (operation.store === 'kv') {
    const { verb } = operation;
    const key = textOf(operation.key);
    const value = textOf(operation.value);
    return verb === 'put'
      ? ({ KV }, person) => KV.put(key(person), value(person), { expirationTtl: 300 })
      : ({ KV }, person) => KV[verb](key(person));
  }
  const statements = operation.statements.map(({ sql, params }) => {
    const values = params.map(compileValue);
    return ({ DB }: Bindings, person: Person) =>
      DB.prepare(sql).bind(...values.map((value) => value(person)));
  });
  return (env, person) => env.DB.batch(statements.map((statement) => statement(env, person)));
}

function compileValue(value: Value): (person: Person) => unknown {
  if ('text' in value) return textOf(value.text);
  if ('time' in value) return ({ now }) => now + value.time;
  if ('slot' in value) return ({ now }) => Math.floor(now / SLOT_MS) + value.slot;
  return () => value.as;
}

/** Most texts are one piece: nothing is joined for them. */
function textOf(pieces: Pieces): (person: Person) => string {
  const parts = pieces.filter((piece) => piece !== '').map(compilePiece);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return (person) => parts.map((part) => part(person)).join('');
}

function compilePiece(piece: Pieces[number]): (person: Person) => string {
  if (piece === null) return ({ mobile }) => mobile;
  if (typeof piece === 'string') return () => piece;
  return ({ ids }) => ids[piece] ?? '';
}
