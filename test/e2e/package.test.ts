/** The packed client as a stranger uses it: typed under strict settings, without the worker's sources, and in Node. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { recipe } from './recipes.ts';
import { world } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOBILE = '13900070000';
const PASSWORD = 'correct horse battery';
const run = promisify(execFile);

const CONSUMER = `
import { createClient, type Client, type Errno } from 'edge-signup/client';

const client: Client = createClient('https://api.example.com');
const answer = await (await client.sessions.$post({ json: { mobile: '', password: '' } })).json();
const errno: Errno = answer.errno;
if (answer.errno === '0') {
  const id: number = answer.data.user_id;
  console.log(id, errno);
} else {
  // @ts-expect-error -- a refusal has no user
  answer.data.user_id;
}
// @ts-expect-error -- no log-in ends with this
answer.errno === '4003';
// @ts-expect-error -- the password is missing
await client.sessions.$post({ json: { mobile: '' } });
`;

let folder: string;

describe('the packed client', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-signup-consumer-'));
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, 'edge-signup'), { recursive: true });
    const pack = ['pack', './client', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: ROOT });
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    const into = join(modules, 'edge-signup');
    await run('tar', [
      '-xzf',
      join(folder, packed?.filename ?? ''),
      '-C',
      into,
      '--strip-components=1',
    ]);
    await symlink(join(ROOT, 'node_modules/hono'), join(modules, 'hono'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const name of ['client.ts', 'node.ts']) await writeFile(join(folder, name), recipe(name));
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    it(`has types of its own (${resolution})`, async () => {
      const settings = {
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023', 'dom', 'dom.iterable'],
          types: [],
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
          module,
          moduleResolution: resolution,
        },
        include: ['*.ts'],
      };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
      const { stdout } = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], {
        cwd: folder,
      }).catch((error: { stdout: string }) => error);
      assert.equal(stdout, '');
    });
  }

  it('can be imported where there is no fetch, as in tests of components', async () => {
    const script = "delete globalThis.Request; await import('edge-signup/client');";
    await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
  });

  it('signs up, logs in and knows who it is, in Node', async () => {
    const { service } = await world();
    const packed = join(folder, 'node_modules/edge-signup/client.js');
    const { createClient } = (await import(packed)) as typeof import('../../client/client.js');
    const client = createClient(service.origin, { headers: { 'Accept-Language': 'en' } });
    const { nameOf } = (await import(join(folder, 'node.ts'))) as {
      nameOf: (origin: string, mobile: string, password: string) => Promise<string>;
    };
    const { signUp } = (await import(join(folder, 'client.ts'))) as { signUp: unknown };
    assert.equal(typeof signUp, 'function');
    const id = 'node';
    await (await client.imagecode[':id'].$get({ param: { id } })).text();
    const text = await service.line(`dev captcha ${id}`);
    await client.smscode[':mobile'].$get({ param: { mobile: MOBILE }, query: { id, text } });
    const sms_code = await service.line(`dev sms ${MOBILE}`);
    const json = { mobile: MOBILE, sms_code, password: PASSWORD };
    const answer = await (await client.users.$post({ json })).json();
    assert.equal(answer.errno, '0');
    assert.equal(await nameOf(service.origin, MOBILE, PASSWORD), MOBILE);
    assert.equal(await nameOf(service.origin, MOBILE, 'wrong'), '用户名或密码错误');
  });
});
