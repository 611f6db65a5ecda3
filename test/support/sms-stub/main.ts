/**
 * The stub from the command line, for use with `npm start`:
 *
 *     node test/support/sms-stub/main.ts --port 8799 --behave aliyun=refuse:isv.DENY_IP_RANGE --behave twilio=hang
 *
 * Prints the settings that lead a worker to it, then what it receives.
 */
import { argumentsOf, stop } from '../../../scripts/operate/options.ts';
import { isPort } from '../../../scripts/operate/ports.ts';
import { settingsFor } from './accounts.ts';
import { type Behaviour, type Behaviours, VENDORS } from './behaviour.ts';
import { startStub } from './server.ts';

const BEHAVIOURS =
  'the behaviours are send, refuse:<code>, status:<number>, hang, reset, slow, huge, cut, redirect';
const USAGE = 'npm run sms:stub -- [--port <number>] [--behave <vendor>=<behaviour>]…';

const { values, positionals } = argumentsOf(USAGE, {
  port: { type: 'string', default: '8799' },
  behave: { type: 'string', multiple: true, default: [] },
});
if (positionals.length > 0) stop(USAGE);
const port = Number(values.port);
if (!isPort(port)) stop('--port takes a number from 0 to 65535.');
const { origin } = await startStub({
  port,
  behaviours: behavioursIn(values.behave),
  onReceived: ({ vendor, mobile, code, problems }) => {
    const verdict = problems.length === 0 ? 'good' : `bad: ${problems.join(', ')}`;
    console.log(`${vendor} ${mobile} ${code} ${verdict}`);
  },
}).catch((error: unknown) =>
  stop(`Port ${port}: ${error instanceof Error ? error.message : 'cannot be used'}`),
);
console.log('# Lines for .dev.vars, beside SMS_PROVIDERS=<an order of the vendors>');
for (const [name, value] of Object.entries(settingsFor(origin))) console.log(`${name}="${value}"`);
console.log(`# The stub listens on ${origin}`);

function behavioursIn(arguments_: string[]): Behaviours {
  const behaviours: Behaviours = {};
  for (const argument of arguments_) {
    const [name, what = ''] = argument.split('=');
    const vendor = VENDORS.find((known) => known === name);
    if (vendor === undefined) stop(`--behave ${argument}: the vendors are ${VENDORS.join(', ')}.`);
    behaviours[vendor] = behaviourIn(vendor, what) ?? stop(`--behave ${argument}: ${BEHAVIOURS}.`);
  }
  return behaviours;
}

/** Null when there is no such. */
function behaviourIn(vendor: string, text: string): Behaviour | null {
  const [does, detail = ''] = text.split(':');
  switch (does) {
    case 'send':
    case 'hang':
    case 'reset':
    case 'slow':
    case 'huge':
    case 'cut':
    case 'redirect':
      return { does };
    case 'refuse':
      if (vendor === 'webhook' && !/^4[0-9]{2}$/.test(detail)) return null; // its only words are a status
      return { does, code: detail };
    case 'status':
      if (!/^[2-5][0-9]{2}$/.test(detail)) return null;
      return { does: 'answer', status: Number(detail), body: '' };
    default:
      return null;
  }
}
