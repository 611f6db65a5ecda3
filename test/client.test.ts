/**
 * The typed client: its types are the app's, its answers are told apart by errno, and it works in a worker. What it says of types
 * (`expectTypeOf`, `@ts-expect-error`) is checked by `npm run check:types` alone.
 */
import type { ExtractSchema } from 'hono/types';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Api } from '../client/api.d.ts';
import { createClient, type Errno } from '../client/client.js';
import type { createApp } from '../src/app.ts';
import { createWorld, MOBILE, PASSWORD, sessionIn, type World } from './support/world.ts';

const ORIGIN = 'http://localhost:8787';

/** Talks to the worker of a test, with the session that it has. */
const clientOf = (world: World, session?: string) =>
  createClient(ORIGIN, {
    fetch: (input: RequestInfo | URL, init?: RequestInit) => world.raw(new Request(input, init)),
    headers: { 'CF-Connecting-IP': '127.0.0.1', ...(session && { Cookie: `session=${session}` }) },
  });

describe('the client', () => {
  it('signs up, logs in and leaves', async () => {
    const world = createWorld();
    const client = clientOf(world);
    const drawn = await client.imagecode[':id'].$get({ param: { id: 'my-page' } });
    expect(await drawn.text()).toContain('<svg');
    const text = world.developerLine('dev captcha my-page');
    const query = { id: 'my-page', text };
    const sent = await client.smscode[':mobile'].$get({ param: { mobile: MOBILE }, query });
    expect((await sent.json()).errno).toBe('0');
    const code = world.messages.at(-1)?.code ?? '';
    const json = { mobile: MOBILE, sms_code: code, password: PASSWORD };
    const registered = await client.users.$post({ json });
    const answer = await registered.json();
    if (answer.errno !== '0') throw new Error(answer.errmsg);
    expect(answer.data.mobile).toBe(MOBILE);

    const session = clientOf(world, sessionIn(registered));
    expect(await (await session.session.$get()).json()).toMatchObject({ data: { name: MOBILE } });
    const left = await session.user.$delete({ json: { password: PASSWORD } });
    expect((await left.json()).errno).toBe('0');
  });

  it('tells answers apart by errno', async () => {
    const world = createWorld();
    await world.code();
    const json = { mobile: MOBILE, sms_code: 'no', password: PASSWORD };
    const answer = await (await clientOf(world).users.$post({ json })).json();
    expectTypeOf(answer.errno).toExtend<Errno>();
    expectTypeOf<'4301'>().not.toExtend<typeof answer.errno>();
    if (answer.errno !== '4004') throw new Error(answer.errmsg);
    expectTypeOf(answer.data.attempts_left).toEqualTypeOf<number>();
    expect(answer.data.attempts_left).toBe(5);
    // @ts-expect-error -- only a success has the user
    expect(answer.data.user_id).toBeUndefined();
  });

  it.each(['imagecode', 'audiocode'] as const)('tells why there is no %s', async (kind) => {
    const client = clientOf(createWorld());
    const refused = await (await client[kind][':id'].$get({ param: { id: '!' } })).json();
    expectTypeOf(refused.errno).toExtend<Errno>();
    expect(refused.errno).toBe('4103');
  });
});

type Input<E> = E extends { input: infer I } ? I : never;
/** What each operation of an app takes. */
type Inputs<S> = {
  [P in keyof S]: { [M in Exclude<keyof S[P], '$all'>]: Input<S[P][M]> };
};
/** The data of each operation's success. */
type Data<S> = {
  [P in keyof S]: {
    [M in Exclude<keyof S[P], '$all'>]: S[P][M] extends { output: infer O }
      ? NonNullable<Extract<O, { errno: '0'; data?: unknown }>['data']>
      : never;
  };
};

describe('the types of the client', () => {
  type Ours = Omit<ExtractSchema<ReturnType<typeof createApp>>, '/healthz'>;
  type Theirs = ExtractSchema<Api>;

  it('are those of the app: paths, methods, inputs and data', () => {
    expectTypeOf<Inputs<Theirs>>().toExtend<Inputs<Ours>>();
    // Hono takes lists in any query.
    type Lists = '/api/v1.0/smscode/:mobile';
    expectTypeOf<Omit<Inputs<Ours>, Lists>>().toExtend<Omit<Inputs<Theirs>, Lists>>();
    expectTypeOf<Data<Theirs>>().toExtend<Data<Ours>>();
    expectTypeOf<Data<Ours>>().toExtend<Data<Theirs>>();
  });

  it('refuse what the service would refuse', () => {
    const client = createClient(ORIGIN);
    const wrong = () => [
      // @ts-expect-error -- a mobile is a text
      client.sessions.$post({ json: { mobile: 13800138000, password: '' } }),
      client.smscode[':mobile'].$get({
        param: { mobile: '' },
        // @ts-expect-error -- no such purpose
        query: { id: '', text: '', purpose: 'x' },
      }),
      // @ts-expect-error -- no such operation
      client.users.$get(),
    ];
    expect(wrong).toBeTypeOf('function');
  });
});
