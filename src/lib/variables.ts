/** Variables of the worker's environment, read by a schema. */
import type * as z from 'zod/mini';

/** `problems` names each setting that is missing or malformed, and says what is wrong with it, never its value. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: string[] };

/** Reads the variables that a schema names. An empty text is an unset variable, and a number in TOML means its digits. */
export function readVariables<T>(schema: z.ZodMiniType<T>, env: object): Checked<T> {
  const given = Object.fromEntries(
    Object.entries(env)
      .filter(([, value]) => value !== '')
      .map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'number' ? String(value) : value,
      ]),
  );
  const result = schema.safeParse(given);
  if (result.success) return { ok: true, value: result.data };
  const { issues } = result.error;
  return {
    ok: false,
    problems: issues.map(({ path, message }) => `${String(path[0])}: ${message}`),
  };
}
