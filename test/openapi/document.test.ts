/** The description of the API is what the source makes of it, and all of it. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { clientTypes } from '../../openapi/client-types.ts';
import { describeApi, routedOperations } from '../../openapi/document.ts';
import { OPERATIONS } from '../../openapi/operations.ts';
import { printDocument } from '../../openapi/print.ts';
// oxlint-disable-next-line import/default -- the text of a module, not the module
import types from '../../client/api.d.ts?raw';
import published from '../../public/openapi.json?raw';
import type { Reason } from '../../src/answers.ts';
import { createApp } from '../../src/app.ts';
import { DESCRIBED, problemsOf } from '../support/described.ts';

describe('the description of the API', () => {
  it('is the published one: if not, `npm run openapi`', () => {
    expect(printDocument(describeApi())).toBe(published);
    expect(clientTypes(published)).toBe(types);
  });

  it('has every operation of the app, and no other', () => {
    expect(Object.keys(OPERATIONS).toSorted()).toEqual(routedOperations().toSorted());
  });

  it('has every answer of the contract but those that belong to no operation', () => {
    type Described = (typeof OPERATIONS)[keyof typeof OPERATIONS];
    type Success = Extract<Described['success'], { reason: Reason }>['reason'];
    type Missing = Exclude<Reason, Described['refusals'][number] | Success>;
    expectTypeOf<Missing>().toEqualTypeOf<'unknown_path' | 'wrong_method' | 'unhealthy'>();
  });
});

interface BodySchema {
  anyOf?: BodySchema[];
  properties: Record<string, { minLength?: number; maxLength?: number; examples: string[] }>;
}

/** Each body with the validator that the app puts in front of its handler. */
const bodies = [...DESCRIBED].flatMap(([key, { requestBody }]) => {
  const schema = requestBody?.content['application/json']?.schema as BodySchema | undefined;
  const [method, path] = key.split(' ');
  const routes = createApp().routes.filter(
    (route) => route.method === method && route.path === `/api/v1.0${path}`,
  );
  const handlers = routes.map(({ handler }): unknown => handler);
  const [validator] = handlers.filter(
    (handler): handler is { schema: z.ZodType } =>
      typeof handler === 'function' && 'schema' in handler,
  );
  if (schema === undefined) return [];
  if (validator === undefined) throw new Error(`no validator stands in front of ${key}`);
  const alternatives = schema.anyOf ?? [schema];
  return alternatives.map((body) => ({ key, body, accepts: acceptanceOf(validator.schema) }));
});

function acceptanceOf(schema: z.ZodType) {
  return (value: unknown) => schema.safeParse(value).success;
}

const exampleOf = ({ properties }: BodySchema): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([name, { examples }]) => [name, examples[0]]));

describe('a body as it is described', () => {
  it.each(bodies)('is what the validator of $key takes', ({ accepts, body }) => {
    const example = exampleOf(body);
    const right = [example, { ...example, other: 1 }];
    const wrong = Object.keys(body.properties).flatMap((name) => {
      const { [name]: _, ...rest } = example;
      return [rest, { ...example, [name]: [] }, { ...example, [name]: null }];
    });
    for (const takes of [accepts, isDescribedBy(body)]) {
      expect(right.filter((value) => !takes(value))).toEqual([]);
      expect(wrong.filter(takes)).toEqual([]);
    }
  });

  it.each(bodies)('has the bounds that the validator of $key has', ({ accepts, body }) => {
    const example = exampleOf(body);
    const outside = Object.entries(body.properties).flatMap(
      ([name, { minLength = 0, maxLength }]) =>
        [minLength - 1, ...(maxLength === undefined ? [] : [maxLength + 1])].map((length) => ({
          ...example,
          [name]: text(length),
        })),
    );
    for (const takes of [accepts, isDescribedBy(body)]) expect(outside.filter(takes)).toEqual([]);
  });
});

describe('a text that is counted otherwise than it comes', () => {
  it.each([
    ['POST /users', { password: 'ﬃﬃﬃ' }],
    ['POST /users', { password: 'e\u0301'.repeat(128) }],
    ['PUT /user/name', { name: ' '.repeat(40) + '小明' }],
  ])('is refused by the description of %s no more than by the service', (operation, changed) => {
    const of = bodies.filter(({ key }) => key === operation);
    expect(of).toHaveLength(1);
    for (const { accepts, body } of of) {
      const value = { ...exampleOf(body), ...changed };
      expect([accepts(value), isDescribedBy(body)(value)]).toEqual([true, true]);
    }
  });
});

const text = (length: number) => 'x1%'.repeat(50).slice(0, length);
const isDescribedBy = (body: BodySchema) => (value: unknown) =>
  problemsOf(body, value).length === 0;
