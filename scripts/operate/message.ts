/** What an error says, in a line for people. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
