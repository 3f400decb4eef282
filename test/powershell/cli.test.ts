import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BackupOutcome, PointSummary } from '#contract';
import { temporaryFolder } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';
import { findEngine, missingEngine, simulationEnvironment } from './simulator/engine.ts';
import { serveWorld } from './simulator/server.ts';
import { newWorld } from './simulator/world.ts';

const cli = new URL('../../main/cli/hostkeep.js', import.meta.url).pathname;
const engine = await findEngine();
const skip = engine === null ? missingEngine : false;

for (const path of ['checkpoint', 'shadow'] as const)
  test(`the main job on a Hyper-V host, by commands, path ${path}`, { skip }, async (context) => {
    const folder = await temporaryFolder(context);
    const home = join(folder, 'home');
    await copyLab(home);
    const world = newWorld({ home });
    const server = await serveWorld(world);
    context.after(() => server.close());
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...simulationEnvironment(server, '7'),
      HOSTKEEP_POWERSHELL: engine!.executable,
      HOSTKEEP_HOME: home,
      HOSTKEEP_REPO: join(folder, 'repo'),
      HOSTKEEP_PASSWORD: 'correct-horse',
    };
    const run = (...parameters: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> =>
      new Promise((resolve) => {
        execFile(process.execPath, [cli, ...parameters], { env: environment }, (error, stdout, stderr) =>
          resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
        );
      });
    const json = async <Value>(...parameters: readonly string[]): Promise<Value> => {
      const { status, stdout, stderr } = await run('--json', ...parameters);
      assert.equal(status, 0, `${parameters.join(' ')}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as Value;
    };

    const added = await json<{ os: string }>('host', 'add', 'HV01', '--path', path, '--ledger', join(folder, 'ledger'));
    assert.match(added.os, /Windows Server/);
    assert.match((await run('host', 'add', 'hv01')).stderr, /already known/);
    assert.deepEqual(
      (await json<{ name: string }[]>('host', 'list')).map((one) => one.name),
      ['HV01', 'lab'],
    );
    const checked = await run('host', 'check');
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    await json('repo', 'init', join(folder, 'repo'));
    const first = await json<BackupOutcome>('backup', '--vm', 'FS01');
    assert.deepEqual([first.result, first.vms[0]!.consistency], ['success', 'application']);
    await json('lab', 'pass-day');
    const second = await json<BackupOutcome>('backup', '--vm', 'FS01');
    if (path === 'checkpoint') assert.ok(second.readBytes < first.readBytes / 10, 'changes only');
    const points = await json<PointSummary[]>('points', '--vm', 'FS01');
    assert.equal(points.length, 2);
    const point = points[0]!.id;
    const { files } = await json<{ files: string[] }>('restore-vm', point, '--to', join(folder, 'restored'));
    assert.ok(files.some((file) => file.endsWith('hostkeep-vm.json')));

    const report = join(folder, 'report.json');
    const tested = await run('host', 'selftest', '--report', report);
    const items = (JSON.parse(await readFile(report, 'utf8')) as { items: { id: string; holds: boolean; found: string }[] })
      .items;
    assert.deepEqual(
      items.filter((item) => !item.holds),
      [],
      tested.stdout,
    );
    assert.doesNotMatch(await readFile(report, 'utf8'), /FS01|APP01|LNX01/);
    await json('host', 'remove', 'HV01');
    assert.match((await run('backup', '--host', 'HV01', '--vm', 'FS01')).stderr, /No host of this name/);
  });

test(
  'a password needs a keystore, and is never written in the clear',
  { skip: skip || process.platform === 'win32' },
  async (context) => {
    const home = await temporaryFolder(context);
    const { status, stderr } = await new Promise<{ status: number; stderr: string }>((resolve) => {
      const env = {
        ...process.env,
        HOSTKEEP_HOME: home,
        HOSTKEEP_POWERSHELL: engine!.executable,
        HOSTKEEP_HOST_PASSWORD: 'pa$$"w`ord',
      };
      const parameters = [cli, 'host', 'add', 'HV02', '--address', 'hv02', '--credential', 'admin', '--no-check'];
      execFile(process.execPath, parameters, { env }, (error, _stdout, text) =>
        resolve({ status: error === null ? 0 : Number(error.code), stderr: text }),
      );
    });
    assert.equal(status, 1);
    assert.match(stderr, /secrets\/unavailable|no keystore/);
  },
);
