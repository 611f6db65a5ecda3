/**
 * A drawing is spent by the first row that names it, and never unspent: one captcha buys one decision, wherever
 * and however often it is presented, and however stale the copy of it that KV handed out.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { insertWhere } from '../db/insert.ts';
import { captchaClaims } from '../db/schema.ts';
import { decideBatch, type Ledger, selectRow, type RequestParams } from '../db/ledger.ts';
import type { Param } from '../db/prepared.ts';

export interface Drawing {
  drawId: string;
  expiresAt: number;
}

interface DrawingParams {
  drawId: Param<string>;
  expiresAt: Param<number>;
}

/** The statement that spends a drawing for this request where `guard` holds. */
export function claimDrawing(
  { db, requestId }: Pick<RequestParams, 'db' | 'requestId'>,
  { drawId, expiresAt }: DrawingParams,
  guard: SQL,
) {
  const claim = { drawId, requestId, expiresAt };
  return insertWhere(db, captchaClaims, claim, sql`where ${guard}`).onConflictDoNothing();
}

/** The request that has spent the drawing, or null. */
export const claimedBy = ({ drawId, expiresAt }: DrawingParams) =>
  sql<string | null>`(select ${captchaClaims.requestId} from ${captchaClaims}
    where ${and(eq(captchaClaims.expiresAt, expiresAt), eq(captchaClaims.drawId, drawId))})`;

/** Spends a drawing that was answered wrong. False: it had been spent before. */
export async function spendDrawing(ledger: Ledger, drawing: Drawing): Promise<boolean> {
  const { db, requestId } = ledger;
  const claim = claimDrawing(ledger, drawing, sql`true`);
  const owner = selectRow(db, { claimed: claimedBy(drawing) });
  return decideBatch(ledger, 'sms_ledger_failed', [claim], owner, ({ claimed }) => {
    if (claimed === null) throw new Error('the drawing was not claimed');
    return claimed === requestId;
  });
}
