/** The packed command line, made of this system's Node: the same files as on Windows, run for real. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputs, root } from '../places.ts';
import { filesOf, hashOf, stageCommandLine, type PackageManifest } from '../stage-cli.ts';
import type { Check } from './check.ts';

export const commandLineCheck: Check = {
  title: 'The command line, packed for this system',
  missing: () => (process.platform === 'linux' ? null : 'made for Linux, where the project is built'),
  async act(verified) {
    const folder = await stageCommandLine(process.execPath, 'hostkeep', join(outputs, 'cli-here'));
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as PackageManifest;
    const names = (await filesOf(folder)).filter((name) => name !== 'manifest.json');
    assert.deepEqual(names, Object.keys(manifest.files).sort());
    for (const name of names) assert.equal(await hashOf(join(folder, name)), manifest.files[name], name);
    verified(`${names.length} files, each with the hash that manifest.json has of it`);
    assert.deepEqual(
      names.filter((name) => /\.(ts|map)$/.test(name)),
      [],
    );
    await checkComplete(names);
    verified('what starts the bundles, worker threads too, and every script is in it');
    const place = await mkdtemp(join(tmpdir(), 'hostkeep-package-'));
    try {
      await useIt(folder, place, verified);
    } finally {
      await rm(place, { recursive: true });
    }
  },
};

/** Modules are in the bundles, which fail where one is missing. What else lies in main is found by its place; nobody lists it by hand without this finding out. */
async function checkComplete(names: readonly string[]): Promise<void> {
  const staged = new Set(names);
  const missing = (await filesOf(join(root, 'main')))
    .filter((name) => !name.startsWith('electron/') && /\.(js|ps1)$/.test(name))
    .map((name) => `cli/main/${name}`)
    .filter((name) => !staged.has(name));
  assert.deepEqual(missing, []);
}

async function useIt(folder: string, place: string, verified: (what: string) => void): Promise<void> {
  const env: NodeJS.ProcessEnv = { ...process.env, HOSTKEEP_PASSWORD: 'correct-horse', HOSTKEEP_TASK_SCHEDULER: '1' };
  delete env['HOSTKEEP_HOME'];
  delete env['HOSTKEEP_REPO'];
  const hostkeep = (...words: readonly string[]) =>
    spawnSync(join(folder, 'bin', 'hostkeep'), ['--json', ...words], { env, encoding: 'utf8' });
  const json = <Value>(...words: readonly string[]): Value => {
    const { status, stdout, stderr } = hostkeep(...words);
    assert.equal(status, 0, `${words.join(' ')}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Value;
  };
  const repository = join(place, 'repo');
  await writeFile(join(folder, 'machine.ini'), `[Hostkeep]\r\nRepository=${repository}\r\nHome=${join(place, 'home')}\r\n`);
  assert.match(hostkeep('--version').stdout, /^\d+\.\d+\.\d+/);
  json('lab', 'create');
  json('repo', 'init', repository);
  const outcome = json<{ result: string; points: string[] }>('backup', '--vm', 'FS01');
  assert.equal(outcome.result, 'success');
  json('restore-disk', 'FS01@latest', '--to', join(place, 'back.vhdx'));
  verified('one program that backs up a VM of the lab with worker threads and restores its disk');
  assert.notEqual(hostkeep('verify', 'FS01@latest').status, 1);
  json('find', '*.txt');
  const key = join(place, 'drill.pem');
  json('drill', 'key', '--new', key);
  const trial = ['--host', 'lab', '--folder', join(place, 'trial'), '--key-file', key];
  const drill = json<{ verdict: string; file: string }>('drill', 'run', 'FS01@latest', ...trial);
  assert.equal(drill.verdict, 'passed');
  json('drill', 'check', drill.file);
  verified('it verifies and searches, serves a disk to a trial start by a process of its own, and checks the signed record');
  verified('machine.ini presets home and repository');
  const job = ['job', 'create', 'Nightly', '--all', '--repo', repository, '--manual'];
  await appendFile(join(folder, 'cli', 'main', 'host', 'operations', 'query-tasks.ps1'), '\n# changed\n');
  const refused = hostkeep(...job);
  assert.equal((JSON.parse(refused.stdout) as { error: { code: string } }).error.code, 'host/scripts-changed', refused.stdout);
  verified('a script that was changed is refused before PowerShell is started');
}
