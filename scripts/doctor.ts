/**
 * `npm run doctor [-- --remote] [-- <address>…]`: what is wrong, in words. Without arguments it looks at the local
 * service's settings, with `--remote` at the account's and the deployed worker's, with addresses at what answers there.
 */
import { dirname } from 'node:path';
import { examine } from './operate/doctor.ts';
import { terminal } from './operate/terminal.ts';
import { wranglerIn } from './operate/wrangler.ts';

const root = dirname(import.meta.dirname);
const given = process.argv.slice(2);
const addresses = given.filter((argument) => argument !== '--remote');
if (addresses.some((argument) => argument.startsWith('-'))) {
  console.error('npm run doctor [-- --remote] [-- https://…]');
  process.exit(2);
}
const remote = given.includes('--remote');
const site = { root, wrangler: wranglerIn(root), terminal: terminal() };
process.exitCode = await examine(site, { remote, addresses });
