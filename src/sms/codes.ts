/**
 * SMS codes at rest: a keyed digest in KV under the id of its issue, never the code. The key is written before
 * anyone can look for it and never written again, so KV can neither have a stale copy nor a cached miss of it.
 */
import * as z from 'zod/mini';
import { Fault } from '../answers.ts';
import { KV_RETRY_MS, KV_STALE_MS, SMS_CODE_LIFETIME_S } from '../config.ts';
import { askKv, type Ledger } from '../db/ledger.ts';
import { digestMatches, keyedDigest, type KeyRing } from '../lib/crypto.ts';
import type { Issue } from './issues.ts';

/** A code is not a code unless it is six ASCII digits. */
export const SMS_CODE = /^[0-9]{6}$/;

const record = z.object({ digest: z.string() });

/** Where codes are held, and the keys of their digests. */
export interface CodeStore {
  kv: KVNamespace;
  keys: KeyRing;
}

/** Holds the code of an issue for its lifetime. Throws a Fault when KV refuses. */
export async function holdCode(
  ledger: Ledger,
  { kv, keys: [key] }: CodeStore,
  { issueId, purpose }: Issue,
  code: string,
): Promise<void> {
  const held: z.infer<typeof record> = { digest: await keyedDigest(key, purpose, issueId, code) };
  await askKv(ledger, 'sms_unsaved', () =>
    kv.put(keyOf(issueId), JSON.stringify(held), { expirationTtl: SMS_CODE_LIFETIME_S }),
  );
}

/** Whether `code` is the one of the issue. Throws a Fault when KV cannot say, or has lost it. */
export async function matchesCode(
  ledger: Ledger,
  { kv, keys }: CodeStore,
  { issueId, purpose }: Pick<Issue, 'issueId' | 'purpose'>,
  code: string,
): Promise<boolean> {
  const found = await askKv(ledger, 'code_unreadable', () => kv.get(keyOf(issueId)), KV_RETRY_MS);
  return digestMatches(keys, digestIn(found), purpose, issueId, code);
}

function digestIn(found: string | null): string {
  try {
    return record.parse(JSON.parse(found ?? 'null')).digest;
  } catch (cause) {
    throw new Fault('code_unreadable', cause, KV_STALE_MS);
  }
}

const keyOf = (issueId: string) => `sms:${issueId}`;
