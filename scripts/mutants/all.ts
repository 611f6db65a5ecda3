import { ACCOUNTS } from './accounts.ts';
import { CODES } from './codes.ts';
import { LIFE } from './life.ts';
import type { Mutant } from './mutant.ts';
import { SHIELDS } from './shields.ts';

export const MUTANTS: readonly Mutant[] = [...CODES, ...ACCOUNTS, ...LIFE, ...SHIELDS];
