/** Structured logs: one JSON line an event. Callers pass no secret, no code and no whole mobile. */
import { $ZodError } from 'zod/v4/core';

export type Level = 'info' | 'warn' | 'error';
export type Log = (level: Level, event: string, fields?: Record<string, unknown>) => void;

/** A log whose every line carries `base`, such as the request's id. */
export function createLog(base: Record<string, unknown>): Log {
  return (level, event, fields) => {
    console[level](JSON.stringify({ level, event, ...base, ...fields }));
  };
}

/**
 * What may be said about an error: name and first line of the innermost cause. Drizzle's own messages list the
 * parameters of the failed query, and a parser's quote its input; the cause below the first is D1's bare reason.
 */
export function describeError(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return typeof innermost;
  if (innermost instanceof SyntaxError) return 'SyntaxError';
  if (innermost instanceof $ZodError) return `unexpected shape: ${whereOf(innermost)}`;
  return `${innermost.name}: ${(innermost.message.split('\n')[0] ?? '').slice(0, 200)}`;
}

/** Where a text does not fit its schema, and how; never the value. */
const whereOf = ({ issues }: $ZodError) =>
  issues.map(({ code, path }) => `${path.join('.') || 'all of it'} ${code}`).join(', ');
