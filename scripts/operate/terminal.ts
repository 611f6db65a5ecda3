/** The person at the terminal, if there is one. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

export interface Terminal {
  /** Whether somebody is there to be asked. Without, nothing is created. */
  isInteractive: boolean;
  say: (line: string) => void;
  /** What is typed, without spaces around it; '' when nobody is there, or the input ends. */
  ask: (question: string) => Promise<string>;
}

export function terminal(): Terminal {
  const isInteractive = process.stdin.isTTY && process.stdout.isTTY;
  return {
    isInteractive,
    say: (line) => console.log(line),
    ask: async (question) => {
      if (!isInteractive) return '';
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      const ended = once(lines, 'close').then(() => '');
      try {
        return (await Promise.race([lines.question(question), ended])).trim();
      } finally {
        lines.close();
      }
    },
  };
}

/** Only a yes is a yes. */
export async function agrees({ ask }: Terminal, question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `));
}
