import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { keystore } from '#host';
import { temporaryFolder } from '../fixtures/environment.ts';

const skip = process.platform === 'win32' ? 'programs with a #! line do not start on Windows' : false;

/** Stands for PowerShell on Windows: DPAPI turns a text round, and what was asked is noted. */
async function windows(context: TestContext, refuses = '') {
  const home = await temporaryFolder(context);
  const [executable, noted] = [join(home, 'engine.cjs'), join(home, 'noted')];
  await writeFile(
    executable,
    `#!${process.execPath}
const fs = require('node:fs');
process.stdout.write('{"ready":"5.1"}\\n');
fs.writeFileSync(${JSON.stringify(join(home, 'inherited'))}, Object.keys(process.env).join('\\n'));
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, operation, request } = JSON.parse(line);
  if (operation === undefined) return;
  const wanted = JSON.parse(request);
  fs.appendFileSync(${JSON.stringify(noted)}, operation + ' ' + JSON.stringify(wanted.readers ?? null) + '\\n');
  if (operation === 'close-folder') fs.mkdirSync(wanted.folder, { recursive: true });
  const turned = [...(wanted.text ?? wanted.protected)?.trim() ?? ''].reverse().join('');
  const value = { 'protect-secret': { protected: turned }, 'reveal-secret': { text: turned }, 'close-folder': {} }[operation];
  const failed = { code: 'secrets/unprotected', facts: {}, hresult: 0, textCode: null, errorId: '', category: '', message: '', at: '' };
  const result = operation === ${JSON.stringify(refuses)} ? { failed } : { value };
  process.stdout.write(JSON.stringify({ id, result }) + '\\n');
}).on('close', () => process.exit(0));
`,
  );
  await chmod(executable, 0o755);
  const readers: string[] = [];
  const asked = async (): Promise<readonly string[]> => (await readFile(noted, 'utf8')).trim().split('\n');
  return { home, readers, asked, secrets: keystore({ home, executable, readers: () => readers }) };
}

test(
  'a secret is protected, its folder closed, and only then written; the account of the jobs may read it',
  { skip },
  async (context) => {
    const { asked, home, readers, secrets } = await windows(context);
    readers.push('FIRMA\\sicherung');
    await secrets.set('host-1', 'pa$$"w\u00f6rd');
    assert.deepEqual(await asked(), ['protect-secret null', 'close-folder ["FIRMA\\\\sicherung"]']);
    const path = join(home, 'secrets', 'host-1');
    assert.equal((await stat(path)).mode & 0o077, 0);
    assert.deepEqual(await readdir(join(home, 'secrets')), ['host-1'], 'nothing unfinished lies beside it');
    assert.equal(await secrets.get('host-2'), undefined);
    await secrets.delete('host-1');
    assert.equal(await secrets.get('host-1'), undefined);
  },
);

test('where the folder cannot be closed nothing is written', { skip }, async (context) => {
  const { home, secrets } = await windows(context, 'close-folder');
  await assert.rejects(secrets.set('host-1', 'x'), (error) => hasCode(error, 'secrets/unprotected'));
  assert.deepEqual(await readdir(join(home, 'secrets')), []);
});

test('who is no administrator is told so', { skip }, async (context) => {
  const { home, secrets } = await windows(context);
  await mkdir(join(home, 'secrets'), { mode: 0o700 });
  await writeFile(join(home, 'secrets', 'host-1'), 'x');
  await chmod(home, 0o755);
  const root = process.getuid?.() === 0;
  if (root) process.seteuid!('nobody');
  else await chmod(join(home, 'secrets'), 0);
  try {
    await assert.rejects(secrets.get('host-1'), (error) => hasCode(error, 'secrets/denied'));
  } finally {
    if (root) process.seteuid!(0);
    else await chmod(join(home, 'secrets'), 0o700);
  }
});

test('names of secrets never leave the folder', async (context) => {
  const { secrets } = await windows(context);
  for (const name of ['../x', 'A', '', 'x'.repeat(65)])
    await assert.rejects(secrets.get(name), (error) => hasCode(error, 'input/invalid'));
});

test('a computer without PowerShell has no keystore, and nothing is written', async (context) => {
  const home = await temporaryFolder(context);
  const secrets = keystore({ home, executable: join(home, 'no-such-program'), readers: () => [] });
  await assert.rejects(secrets.set('host-1', 'x'), (error) => hasCode(error, 'secrets/unavailable'));
  assert.deepEqual(await readdir(home), []);
});

test('no secret that was given to us in the environment goes on to PowerShell', { skip }, async (context) => {
  const given = ['HOSTKEEP_PASSWORD', 'HOSTKEEP_HOST_PASSWORD', 'HOSTKEEP_CHAP_SECRET', 'HOSTKEEP_CHAP_TARGET_SECRET'];
  const before = given.map((name) => [name, process.env[name]] as const);
  context.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  for (const name of given) process.env[name] = 'correct-horse';
  const { home, secrets } = await windows(context);
  await secrets.set('repository-1', 'abc');
  const inherited = (await readFile(join(home, 'inherited'), 'utf8')).split('\n');
  assert.ok(inherited.includes('PATH'));
  assert.deepEqual(
    inherited.filter((name) => given.includes(name)),
    [],
  );
});
