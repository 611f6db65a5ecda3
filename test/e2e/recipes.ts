/** The recipes of docs/frontend.md as they stand there: each under the name in the comment before it. */
import { readFileSync } from 'node:fs';

const DOCUMENT = readFileSync(new URL('../../docs/frontend.md', import.meta.url), 'utf8');
const RECIPE = /<!-- ([\w.]+) -->\n\n```\w+\n(.*?)\n```/gs;

const recipes = new Map(
  [...DOCUMENT.matchAll(RECIPE)].map(([, name = '', text = '']) => [name, text]),
);

export function recipe(name: string): string {
  const text = recipes.get(name);
  if (text === undefined) throw new Error(`docs/frontend.md has no recipe ${name}`);
  return text;
}
