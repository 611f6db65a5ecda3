/** A copy of the project in a folder of its own, and a person who answers: nothing real is touched. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { wranglerIn, type Wrangler } from '../../scripts/operate/wrangler.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const PARTS = ['src', 'scripts', 'public', 'migrations', 'package.json', 'tsconfig.json'];
const FILES = [...PARTS, 'wrangler.toml', '.dev.vars.example'];
/** Settings with which a worker can be deployed. */
const VARS = `SMS_PROVIDERS = "webhook"
WEBHOOK_URL = "https://sms.signup.test/send"`;

export interface Place {
  root: string;
  wrangler: Wrangler;
  /** What was said so far. */
  said: string[];
  /** A person who answers each question with what `answer` makes of it, or nobody. */
  site: (answer?: (question: string) => string) => {
    root: string;
    wrangler: Wrangler;
    terminal: {
      isInteractive: boolean;
      say: (line: string) => void;
      ask: (question: string) => Promise<string>;
    };
  };
  read: (file: string) => string;
  /** Changes wrangler.toml. */
  edit: (change: (text: string) => string) => void;
  remove: () => void;
}

/** `env` is what wrangler sees of the world. The login of whoever runs the tests it never sees. */
export function makePlace(env: Record<string, string> = {}): Place {
  const root = mkdtempSync(join(tmpdir(), 'edge-signup-'));
  for (const name of FILES) cpSync(join(ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  const home = join(root, 'home');
  const isolated = {
    HOME: home,
    XDG_CONFIG_HOME: home,
    CLOUDFLARE_API_TOKEN: '',
    WRANGLER_SEND_METRICS: 'false',
    ...env,
  };
  const real = wranglerIn(root);
  const wrangler: Wrangler = (args, call) =>
    real(args, { ...call, env: { ...isolated, ...call?.env } });
  const said: string[] = [];
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const edit = (change: (text: string) => string) =>
    writeFileSync(join(root, 'wrangler.toml'), change(read('wrangler.toml')));
  edit((text) => text.replace('SMS_PROVIDERS = ""', VARS));
  return {
    root,
    wrangler,
    said,
    site: (answer) => ({
      root,
      wrangler,
      terminal: {
        isInteractive: answer !== undefined,
        say: (line) => void said.push(line),
        ask: async (question) => {
          said.push(question);
          return answer?.(question) ?? '';
        },
      },
    }),
    read,
    edit,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
