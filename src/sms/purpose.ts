/** What a code can be for. A code serves its purpose only. */
export const PURPOSES = ['signup', 'login', 'reset', 'delete'] as const;
export type Purpose = (typeof PURPOSES)[number];
