/** China has one time zone, and no other time in summer. */
export const CHINA_OFFSET_MS = 8 * 3_600_000;

/** Unix milliseconds as `YYYY-MM-DD HH:MM:SS` in UTC+8, as the old service had it. */
export function localTime(time: number): string {
  return new Date(time + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}
