import { smsIssues } from '../db/schema.ts';

/** What a code can be for. A code serves its purpose only. */
export const PURPOSES = smsIssues.purpose.enumValues;
export type Purpose = (typeof PURPOSES)[number];
