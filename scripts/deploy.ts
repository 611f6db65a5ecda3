/** `npm run deploy`: what is missing for a deployed worker, then migrations, then the worker. docs/operations.md. */
import { dirname } from 'node:path';
import { deploy } from './operate/deploy.ts';
import { terminal } from './operate/terminal.ts';
import { wranglerIn } from './operate/wrangler.ts';

const root = dirname(import.meta.dirname);
if (process.argv.length > 2) {
  console.error('npm run deploy takes no arguments: what is deployed is what wrangler.toml says.');
  process.exit(2);
}
process.exitCode = await deploy({ root, wrangler: wranglerIn(root), terminal: terminal() });
