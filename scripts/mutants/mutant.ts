/** A guard taken away. */
export interface Mutant {
  file: string;
  /** Found exactly once in the file. */
  text: string;
  replacement: string;
  /** What is missing then. */
  why: string;
  /** Where a test should notice, the likeliest first. */
  tests: readonly string[];
}

/** The mutants of one file: each its text, what stands there instead, and what is missing then. */
export function mutantsOf(
  file: string,
  tests: readonly string[],
  changes: readonly (readonly [text: string, replacement: string, why: string])[],
): Mutant[] {
  return changes.map(([text, replacement, why]) => ({
    file,
    text,
    replacement,
    why,
    tests: tests.map((name) => `test/${name}.test.ts`),
  }));
}
