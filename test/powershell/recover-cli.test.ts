import assert from 'node:assert/strict';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { DrillReport, FinaliseReport, PublicationView, RecoveryReport } from '#contract';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { readLab } from '../../main/lab/state.ts';
import { noise } from '../fixtures/environment.ts';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';
import { closeInitiator } from './simulator/iscsi-cmdlets.ts';
import { taskService } from './simulator/task-service.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

test(
  'on a Hyper-V host a VM runs from the backup storage by command, is moved home, and another is dropped; nothing of the initiator is left',
  { skip },
  async (context) => {
    const { json, folder, world } = await simulatedCommandLine(context);
    context.after(async () => {
      await closeInitiator(world);
      for (const one of await json<PublicationView[]>('publish', 'list'))
        if (one.state === 'serving') await json('publish', 'stop', one.id);
    });
    await json('host', 'add', 'HV01', '--ledger', join(folder, 'ledger'), '--no-check');
    await json('backup', '--host', 'HV01', '--vm', 'FS01');
    const start = ['recover', 'start', 'FS01@latest', '--host', 'HV01', '--folder', join(folder, 'VMs'), '--wait', '300'];
    const first = await json<RecoveryReport>(...start, '--name', 'FS01 now');
    assert.deepEqual([first.heartbeat, first.screen, first.vm.name], ['ok', 'content', 'FS01 now']);
    const made = world.made.get(first.vm.id)!;
    assert.deepEqual(
      [made.state, made.drives.map((drive) => drive.diskNumber !== undefined), made.adapters.map((one) => one.switch)],
      ['Running', [true], ['']],
    );
    assert.deepEqual([made.startAction, made.checkpointType], ['Nothing', 'Disabled']);
    const second = await json<RecoveryReport>(...start, '--name', 'FS01 too');
    assert.equal(world.initiator.sessions.size, 2);
    await json('recover', 'discard', second.recovery);
    assert.deepEqual([world.initiator.sessions.size, world.initiator.service], [1, 'Running']);

    // The guest writes, through the host's initiator: what is moved home is the restore point with that over it.
    const written = { at: 3 * 1024 * 1024 + 4096, bytes: noise(64 * 1024, 7) };
    const [connected] = [...world.initiator.sessions.values()];
    const [unit] = connected!.session.units;
    await unit!.disk.write(written.at, written.bytes);
    await unit!.disk.flush();

    const moved = await json<FinaliseReport>('recover', 'finalise', first.recovery);
    assert.ok(moved.overlayBytes >= written.bytes.length, `${moved.overlayBytes}`);
    assert.deepEqual([made.state, made.drives.map((drive) => drive.path)], ['Running', [...moved.files]]);
    assert.deepEqual([world.initiator.sessions.size, world.initiator.portals.length, world.initiator.service], [0, 0, 'Stopped']);
    const heads = (await readLab(world.options.home)).vms['FS01']!.heads;
    assert.equal(moved.files.length, 1);
    const expected = await contentOf(heads[0]!);
    expected.set(written.bytes, written.at);
    assert.ok((await contentOf(moved.files[0]!)).equals(expected), 'byte for byte');
    await json('restore-disk', 'FS01@latest', '--to', join(folder, 'after.vhdx'));
    assert.ok((await contentOf(join(folder, 'after.vhdx'))).equals(await contentOf(heads[0]!)), 'the restore point is as it was');
    assert.deepEqual([await json('recover', 'list'), await json('publish', 'list')], [[], []]);
    await assert.rejects(access(join(folder, 'VMs', 'FS01 too')));
  },
);

test(
  'Task Scheduler starts a drill at its hour: it runs on the Hyper-V host, is judged, signed, and nothing is left',
  { skip },
  async (context) => {
    const bench = await simulatedCommandLine(context, {}, { HOSTKEEP_TASK_SCHEDULER: '1' });
    const { json, run, folder, home, secret, world } = bench;
    context.after(() => closeInitiator(world));
    const woken: ReturnType<typeof run>[] = [];
    const service = taskService(world.tasks, Date.now());
    world.taskService = service;
    await json('host', 'add', 'HV01', '--ledger', join(folder, 'ledger'), '--no-check');
    await json('backup', '--host', 'HV01', '--vm', 'FS01');
    const [secretFile, key] = [join(folder, 'passphrase'), join(folder, 'drill.pem')];
    await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
    await json('drill', 'key', '--new', key);
    const place = ['--host', 'HV01', '--folder', join(folder, 'Trial'), '--key-file', key, '--wait', '300'];
    await json(
      'drill',
      'create',
      'Hourly',
      '--passphrase-file',
      secretFile,
      '--repo',
      join(folder, 'repo'),
      ...place,
      '--every',
      '1',
    );
    const [task] = [...world.tasks.values()];
    assert.match(task!.command, / job run [a-z0-9-]+ --if-due$/);
    assert.deepEqual([task!.account, task!.catchesUp, task!.overlap], ['SYSTEM', true, 'IgnoreNew']);
    assert.deepEqual(await json('job', 'pause', '--all').then(() => [...world.tasks.values()].map((one) => one.triggers)), [[]]);
    await json('job', 'pause', '--all', '--resume');

    // It was answered two hours ago; the task wakes it on its grid, as a process of its own.
    const state = new DatabaseSync(join(home, 'state.db'));
    state.prepare('UPDATE drills SET handled_until = ?').run(Date.now() - 7_200_000);
    state.close();
    while (service.starts.length === 0) service.pass(1);
    const started = [...world.tasks.values()].find((one) => one.running)!;
    woken.push(run('--json', ...started.command.slice(started.command.indexOf('--home')).split(' ')));
    const [{ status, stdout, stderr }] = (await Promise.all(woken)) as [Awaited<ReturnType<typeof run>>];
    const done = JSON.parse(stdout) as { started: boolean; reports: DrillReport[] };
    assert.deepEqual([done.started, done.reports.length], [true, 1], stdout + stderr);
    const [{ record, file }] = done.reports as [DrillReport];
    assert.deepEqual([record.heartbeat, record.screen, record.undone, record.error], ['ok', 'content', true, null]);
    assert.deepEqual([record.verification.verdict, record.verdict, status], ['sound', 'passed', 0]);
    assert.ok(record.servedAfterMs! > 0 && record.startedAfterMs! >= record.servedAfterMs!);
    assert.equal((await json<{ trusted: boolean }>('drill', 'check', file)).trusted, false, 'no key was named');
    assert.deepEqual([world.initiator.sessions.size, world.initiator.portals.length, world.initiator.service], [0, 0, 'Stopped']);
    assert.deepEqual([await json('recover', 'list'), await json('publish', 'list')], [[], []]);
    assert.ok([...world.made.values()].every((one) => one.state !== 'Running'));
  },
);

async function contentOf(path: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path });
  try {
    const bytes = Buffer.alloc(disk.sizeBytes);
    await disk.read(0, bytes);
    return bytes;
  } finally {
    await disk.close();
  }
}
