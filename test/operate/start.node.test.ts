/** What keeps `npm start` from starting, as it is run, in a folder of its own. That it starts: test/e2e. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, isPort } from '../../scripts/operate/ports.ts';
import { makePlace, type Place } from './place.ts';

const GUARD = './scripts/preload.cjs';

describe('npm start', () => {
  let place: Place;
  beforeEach(() => {
    place = makePlace();
  });
  afterEach(() => place.remove());

  async function start(port: number | string) {
    const args = ['-r', GUARD, 'scripts/start.ts', '--port', String(port)];
    const child = spawn(process.execPath, args, {
      cwd: place.root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { code: Number(code), out, errors };
  }

  it('names a port that is taken, and one that is not', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, out, errors } = await start(port);
    other.close();
    expect(code).toBe(1);
    expect(errors).toMatch(
      new RegExp(`^Port ${port} is taken.*npm start -- --port [0-9]+\nNothing was started.\n$`),
    );
    expect(out).toBe('');
  });

  it.each(['abc', '65536', '-1', '80.5', ''])('takes no port %j', async (port) => {
    expect(await start(port)).toEqual({
      code: 1,
      out: '',
      errors: '--port takes a number from 0 to 65535.\nNothing was started.\n',
    });
  });

  it('looks for another port after the last one', async () => {
    expect(isPort(await freePort('localhost', 65_536))).toBe(true);
  });

  it('says where wrangler.toml cannot be read', async () => {
    place.edit((toml) => `${toml}\n[[[`);
    const { code, errors } = await start(await freePort('localhost', 19_000));
    expect(code).toBe(1);
    expect(errors).toMatch(/^wrangler.toml cannot be read: [^]*\nNothing was started.\n$/);
    expect(errors).not.toContain('    at ');
  });

  it.each([
    [
      'SECRET_KEY=abc',
      'SECRET_KEY: must be base64 of 32 bytes; PASSWORD_PEPPER: is missing. Mend .dev.vars',
    ],
    ['', 'SECRET_KEY: is missing; PASSWORD_PEPPER: is missing'],
  ])('with %j in .dev.vars says what is wrong', async (line, message) => {
    writeFileSync(
      join(place.root, '.dev.vars'),
      `${line}\nENVIRONMENT=development\nSMS_PROVIDERS=console\n`,
    );
    const { code, errors } = await start(await freePort('localhost', 19_000));
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(errors).not.toContain('    at '); // no stack trace
  });

  it('names a setting that nothing reads, and the one that may be meant', async () => {
    writeFileSync(join(place.root, '.dev.vars'), 'SECRET_KEYS=abc\n');
    const { code, errors } = await start(await freePort('localhost', 19_000));
    expect(code).toBe(1);
    expect(errors).toContain('! SECRET_KEYS is no setting of this service: SECRET_KEY is\n');
    expect(errors).toContain('SECRET_KEY: is missing; PASSWORD_PEPPER: is missing');
  });

  it('names the file that holds the value', async () => {
    place.edit((toml) => toml.replace('ERROR_STATUS = "200"', 'ERROR_STATUS = "sematic"'));
    const { code, errors } = await start(await freePort('localhost', 19_000));
    expect(code).toBe(1);
    expect(errors).toContain('ERROR_STATUS: must be 200 or semantic. Mend wrangler.toml: ');
  });
});

it.each(['18.20.0', '20.11.1', '22.12.0'])('Node %s is told what to do', (version) => {
  const code = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('${GUARD}')`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^This is Node ${version}, .*npm ci.*\n$`));
});

describe('a command', () => {
  const run = (code: string) =>
    spawnSync(process.execPath, ['-r', GUARD, '-e', code], { encoding: 'utf8' });

  it.each([
    ["fs.readFileSync('/nowhere')", /^ENOENT: no such file or directory, open '\/nowhere'\n$/],
    ["util.parseArgs({ args: ['--x'] })", /^Unknown option '--x'.*\n$/],
  ])('says in a line what ended %s', (code, line) => {
    const { status, stderr } = run(code);
    expect(stderr).toMatch(line);
    expect(status).toBe(1);
  });

  it('shows where an error of its own comes from', () => {
    const { status, stderr } = run("throw new Error('ours')");
    expect(stderr).toContain('Error: ours\n    at ');
    expect(status).toBe(1);
  });

  it.each(["atob('*')", 'throw undefined'])('shows what %s threw', (code) => {
    const { status, stderr } = run(code);
    expect(stderr).toMatch(/^undefined\n$|InvalidCharacterError/);
    expect(status).toBe(1);
  });

  it('does all that it has begun when nobody reads on', () => {
    const loop = 'for (let i = 0; i < 1e5; i++) console.log(i)';
    const code = `${loop}; setTimeout(() => { ${loop}; console.error('done') }, 10)`;
    const command = `'${process.execPath}' -r ${GUARD} -e "${code}" | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stdout).toBe('0\n');
    expect(stderr).toBe('done\n');
  });
});
