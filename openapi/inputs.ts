/** What an operation takes, read off the validators that stand in front of its handler in the app. */
import * as z from 'zod';
import type { createApp } from '../src/app.ts';
import {
  NAME_MAX_CHARACTERS,
  PASSWORD_MAX_CHARACTERS,
  PASSWORD_MIN_CHARACTERS,
} from '../src/config.ts';

type Route = ReturnType<typeof createApp>['routes'][number];
type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface Inputs {
  parameters: object[];
  /** The alternatives of a body; none without a body. */
  bodies: JsonSchema[];
}

/** What a validator checks in code of its own, as far as JSON Schema has words for it, and what people want to know. */
interface Field {
  /** Characters, as they come: what is counted after a change of them has its bounds in `about`. */
  min: number;
  max?: number;
  example: string;
  about?: string;
}

const FIELDS: Record<string, Field> = {
  mobile: { min: 11, max: 11, example: '13800138000', about: 'Of mainland China, ASCII digits' },
  sms_code: {
    min: 1,
    example: '012345',
    about: 'Six digits; a number is taken as its digits, padded on the left',
  },
  password: { min: 1, example: 'correct horse battery' },
  old_password: { min: 1, example: 'correct horse battery' },
  name: {
    min: 1,
    example: '小明',
    about: `Up to ${NAME_MAX_CHARACTERS} characters, counted after trimming and NFC; at least one visible, no controls, none of < > & " '`,
  },
  id: { min: 1, example: '6f1e2d3c-0b5a-4c8d-9e7f-a1b2c3d4e5f6' },
  text: { min: 1, example: 'e3mx', about: 'What the captcha shows or says, in any case' },
  purpose: { min: 1, example: 'signup', about: 'What the code is for' },
};
const NEW_PASSWORD: Field = {
  min: 1,
  example: 'correct horse battery',
  about: `${PASSWORD_MIN_CHARACTERS} to ${PASSWORD_MAX_CHARACTERS} characters, counted after NFKC; the most common ones are refused`,
};

/** `choosesPassword`: whether `password` is one to have from now on. */
export function inputsOf(routes: Route[], path: string, choosesPassword: boolean): Inputs {
  const validators = routes.map(({ handler }): unknown => handler).filter(isValidator);
  const of = (target: string) =>
    validators
      .filter((validator) => validator.target === target)
      .flatMap(({ schema }) => schema.anyOf ?? [schema])
      .map((schema) => describe(schema, choosesPassword));
  const [inPath] = of('param');
  const [inQuery] = of('query');
  return {
    parameters: [...pathParameters(path, inPath), ...queryParameters(inQuery)],
    bodies: of('json'),
  };
}

/** One without a validator may be any text that makes a path. */
function pathParameters(path: string, schema: JsonSchema | undefined): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schema?.properties?.[name] ?? { type: 'string', minLength: 1 },
  }));
}

function queryParameters({ properties = {}, required = [] }: JsonSchema = {}): object[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** The schema of an object, with what is said of each of its fields. */
function describe(schema: z.core.$ZodType, choosesPassword: boolean): JsonSchema {
  const { $schema: _, properties = {}, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  const described = Object.entries(properties).map(([name, property]) => {
    const field = name === 'password' && choosesPassword ? NEW_PASSWORD : FIELDS[name];
    if (field === undefined || typeof property === 'boolean') throw new Error(`what is ${name}?`);
    return [name, describeField(property, field)] as const;
  });
  return { ...rest, properties: Object.fromEntries(described) };
}

function describeField(schema: JsonSchema, { about, example, max, min }: Field): JsonSchema {
  return {
    ...schema,
    ...(schema.enum === undefined && { minLength: min }),
    ...(max !== undefined && { maxLength: max }),
    ...(about !== undefined && { description: about }),
    examples: [example],
  };
}

interface Validator {
  target: string;
  schema: z.core.$ZodType & { anyOf?: readonly z.core.$ZodType[] };
}

const isValidator = (handler: unknown): handler is Validator =>
  typeof handler === 'function' && 'schema' in handler && 'target' in handler;
