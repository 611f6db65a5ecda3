/** The project's own files: what `wrangler.toml` and `.dev.vars` say. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { messageOf } from './message.ts';

const named = { binding: z.string().optional() };
const shape = z.object({
  name: z.string(),
  compatibility_date: z.string(),
  vars: z.record(z.string(), z.unknown()).default({}),
  kv_namespaces: z.array(z.object({ ...named, id: z.string().optional() })).default([]),
  d1_databases: z
    .array(
      z.object({
        ...named,
        database_name: z.string().optional(),
        database_id: z.string().optional(),
      }),
    )
    .default([]),
  ratelimits: z.array(z.object({ name: z.string() })).default([]),
  assets: z.object(named).default({}),
  triggers: z.object({ crons: z.array(z.string()).default([]) }).default({ crons: [] }),
  analytics_engine_datasets: z
    .array(z.object({ ...named, dataset: z.string().optional() }))
    .default([]),
  limits: z.object({ cpu_ms: z.number().optional() }).default({}),
  account_id: z.string().optional(),
  env: z.record(z.string(), z.unknown()).default({}),
  observability: z
    .object({
      redact_query_string: z.boolean().optional(),
      logs: z.object({ invocation_logs: z.boolean().optional() }).default({}),
      traces: z.object({ enabled: z.boolean().optional() }).default({}),
    })
    .default({ logs: {}, traces: {} }),
});

export type Project = z.output<typeof shape>;

/** Ids as the repository has them: of nothing. */
const PLACEHOLDER = /^[0-]*$/;
export const isPlaceholder = (id: string | undefined) => PLACEHOLDER.test(id ?? '');

/** Whether a variable must be a secret: whoever reads it could act as us. */
export const isSecret = (name: string) => /(SECRET|TOKEN|KEY|PEPPER)(_PREVIOUS)?$/.test(name);

/** Throws an error whose message is for people. */
export function readProject(root: string): Project {
  try {
    const read = shape.safeParse(parse(readFileSync(join(root, 'wrangler.toml'), 'utf8')));
    if (read.success) return read.data;
    throw new Error(z.prettifyError(read.error));
  } catch (error) {
    throw new Error(`wrangler.toml cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** The same for a script that can do nothing without it: `stop` is told why. */
export function readProjectOr(stop: (why: string) => never, root: string): Project {
  try {
    return readProject(root);
  } catch (error) {
    return stop(messageOf(error));
  }
}

/** The variables of `.dev.vars`, or null if there is no such file. */
export function readDevVars(root: string): Record<string, string> | null {
  const path = join(root, '.dev.vars');
  if (!existsSync(path)) return null;
  const entries = Object.entries(parseEnv(readFileSync(path, 'utf8')));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

/** Writes an id into `wrangler.toml`, where its placeholder is. Comments stay: wrangler itself cannot do that. */
export function writeId(root: string, key: 'id' | 'database_id', id: string): void {
  const path = join(root, 'wrangler.toml');
  const placeholder = new RegExp(`^(${key}\\s*=\\s*)"[0-]*"`, 'm');
  writeFileSync(path, readFileSync(path, 'utf8').replace(placeholder, `$1"${id}"`));
}
