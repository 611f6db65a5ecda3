/** Options: of the scripts' own, and among arguments that are passed on (`--name value` or `--name=value`). */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** The option and its value as they were given, or nothing. */
export function optionOf(given: readonly string[], name: string): string[] {
  const at = given.findIndex((argument) => isOption(argument, name));
  if (at === -1) return [];
  return given[at] === name ? given.slice(at, at + 2) : given.slice(at, at + 1);
}

/** The value of an option that was given, or undefined. */
export function valueOf(given: readonly string[], name: string): string | undefined {
  return valuesOf(given, name)[0];
}

/** The values of an option that may stand several times. */
export function valuesOf(given: readonly string[], name: string): string[] {
  return given.flatMap((argument, at) => {
    if (!isOption(argument, name)) return [];
    return [argument === name ? (given[at + 1] ?? '') : argument.slice(name.length + 1)];
  });
}

/**
 * A script's own arguments. Whatever it does not know ends it with the usage: a misspelled `--remote` or `--dry-run`
 * must not do something else.
 */
export function argumentsOf<O extends ParseArgsOptionsConfig>(usage: string, options: O) {
  try {
    return parseArgs({ options, allowPositionals: true, strict: true });
  } catch (error) {
    return stop(error instanceof Error ? `${error.message}\n${usage}` : usage);
  }
}

/** Ends the script: it was asked for something it cannot do. */
export function stop(why: string): never {
  console.error(why);
  process.exit(2);
}

const isOption = (argument: string, name: string) =>
  argument === name || argument.startsWith(`${name}=`);
