/** JSON with a line for each operation and each component: small for those who fetch it, and readable where it changes. */
export function printDocument(document: object): string {
  return `${print(document, 4)}\n`;
}

/** `depth`: how many levels of objects get lines of their own. */
function print(value: unknown, depth: number): string {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${print(member, depth - 1)}`,
  );
  return `{\n${entries.join(',\n')}\n}`;
}
