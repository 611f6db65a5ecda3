/** What schemas share. They are those of `zod/mini`, whose parts are functions, so that only the parts used are shipped. */
import * as z from 'zod/mini';

/** What a schema that is built when it is needed makes of its input. */
export type OutputOf<S extends () => z.ZodMiniType> = z.output<ReturnType<S>>;

/** Says inside a transform what is wrong with its input. The message must not quote it. */
export function refuse({ issues, value }: z.core.ParsePayload, message: string): never {
  issues.push({ code: 'custom', message, input: value });
  return z.NEVER;
}

/** A part that may be missing, and counts as missing when it is not what it should be. */
export const ifSound = <T extends z.ZodMiniType>(part: T) =>
  // oxlint-disable-next-line promise/valid-params -- not a promise
  z.catch(z.optional(part), undefined);
