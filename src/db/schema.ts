/**
 * The tables. Times are Unix milliseconds. `npm run db:generate` turns a change here into a migration.
 * Rows go once every window that asks for them has passed, but for users and blocked mobiles: those stay until somebody removes them.
 *
 * D1 bills each index of a row as one more row written, and so a key of text beside a `rowid`. So some tables
 * are `without rowid`, and keys are made of what is known to whoever asks. Drizzle has no words for that: it stands in
 * the migration.
 */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const users = sqliteTable('users', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  mobile: text('mobile').notNull().unique(),
  /** Shown in pages as HTML. Not unique; looks like a mobile only if it is one's own. */
  name: text('name').notNull(),
  passwordHash: text('password_hash').notNull(),
  avatarUrl: text('avatar_url').notNull().default(''),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  /** How many passwords the account has had. Hashing one anew makes no other of it. */
  passwordVersion: integer('password_version').notNull().default(1),
});

/** Without rowid. */
export const sessions = sqliteTable(
  'sessions',
  {
    /** Public: may appear in URLs. Tells nothing about the token. Looked for among those of its user. */
    id: text('id').notNull(),
    tokenHash: text('token_hash').primaryKey(),
    userId: integer('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [
    index('sessions_expires_at').on(table.expiresAt),
    index('sessions_user_id_created_at').on(table.userId, table.createdAt),
  ],
);

/** Mobiles that an operator has blocked, with an account or without. They can neither log in nor get codes. */
export const blockedMobiles = sqliteTable('blocked_mobiles', {
  mobile: text('mobile').primaryKey(),
  blockedAt: integer('blocked_at').notNull(),
});

/**
 * What happened to an account, for its owner to see. The id is that of the request that did it, which finds its event
 * by its own time. Without rowid.
 */
export const securityEvents = sqliteTable(
  'security_events',
  {
    id: text('id').notNull(),
    userId: integer('user_id').notNull(),
    kind: text('kind', {
      enum: [
        'signed_up',
        'logged_in',
        'login_failed',
        'logged_out',
        'password_changed',
        'password_reset',
        'password_failed',
        'code_failed',
        'session_ended',
        'other_sessions_ended',
        'name_changed',
        'ended_by_operator',
        'blocked',
        'unblocked',
      ],
    }).notNull(),
    at: integer('at').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.at, table.id] }),
    index('security_events_at').on(table.at),
  ],
);

/** A drawing that has been spent. The row outlives the captcha, so a stale copy of it buys nothing. Without rowid. */
export const captchaClaims = sqliteTable(
  'captcha_claims',
  {
    drawId: text('draw_id').notNull(),
    requestId: text('request_id').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.expiresAt, table.drawId] })],
);

/**
 * Every SMS code of the last 24 hours and one more, sent, not sent or given up. Append-only but for its outcome, tries and
 * use: its rowids are in the order of time, by which it is swept.
 */
export const smsIssues = sqliteTable(
  'sms_issues',
  {
    issueId: text('issue_id').notNull(),
    requestId: text('request_id').notNull(),
    mobile: text('mobile').notNull(),
    purpose: text('purpose', { enum: ['signup', 'login', 'reset', 'delete'] }).notNull(),
    issuedAt: integer('issued_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** Tries taken, at most SMS_CODE_TRIES. */
    attempts: integer('attempts').notNull().default(0),
    /** The requests that took its tries, with spaces between; of a used code, the request that used it. */
    attemptedBy: text('attempted_by'),
    usedAt: integer('used_at'),
    /** `unsent`: our own store failed before any vendor was asked. */
    outcome: text('outcome', {
      enum: ['pending', 'sent', 'refused', 'unknown', 'unsent'],
    }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.mobile, table.issuedAt, table.issueId] })],
);

/** SMS in slots of five minutes since 1970: a day's budget is a sum. */
export const smsVolume = sqliteTable('sms_volume', {
  slot: integer('slot').primaryKey(),
  issued: integer('issued').notNull(),
  /** How many sign-up codes of this slot were used. */
  verified: integer('verified').notNull(),
  /** Whether the brake was on at the last issue (0 or 1), and the request that moved it, if any did in this slot. */
  braked: integer('braked').notNull(),
  brakeMovedBy: text('brake_moved_by'),
  /**
   * How many of those issued say nothing of sign-up: nobody could use the code, which gave the column its name, it had
   * gone out before, or it is for an account.
   */
  unjudged: integer('dead').notNull().default(0),
});

/** Password tries per subject (a keyed digest of mobile and address prefix, or of the mobile alone). Without rowid. */
export const loginTries = sqliteTable(
  'login_tries',
  {
    subject: text('subject').primaryKey(),
    count: integer('count').notNull(),
    until: integer('until').notNull(),
    /** The request that took the latest try. */
    requestId: text('request_id').notNull(),
  },
  (table) => [index('login_tries_until').on(table.until)],
);
