/** The runtime that is measured: the one that wrangler.toml asks for. */
import { dirname } from 'node:path';
import { readProject } from '../scripts/operate/project.ts';

export const COMPATIBILITY_DATE = readProject(dirname(import.meta.dirname)).compatibility_date;
