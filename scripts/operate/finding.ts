/** What a check has found, in words. */
export interface Finding {
  level: 'good' | 'warning' | 'wrong';
  text: string;
  /** The command, or the change, that comes next. */
  next?: string;
}

export const good = (text: string): Finding => ({ level: 'good', text });
export const warning = (text: string, next?: string): Finding => finding('warning', text, next);
export const wrong = (text: string, next?: string): Finding => finding('wrong', text, next);

const MARKS = { good: '✓', warning: '!', wrong: '✗' } as const;

export function linesOf({ level, text, next }: Finding): string[] {
  return [`${MARKS[level]} ${text}`, ...(next === undefined ? [] : [`    ${next}`])];
}

export const isWrong = (findings: readonly Finding[]) =>
  findings.some(({ level }) => level === 'wrong');

function finding(level: Finding['level'], text: string, next: string | undefined): Finding {
  return next === undefined ? { level, text } : { level, text, next };
}
