import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FinaliseReport, PublicationView, RecoveryReport } from '#contract';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { readLab } from '../../main/lab/state.ts';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';
import { closeInitiator } from './simulator/iscsi-cmdlets.ts';

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
    await json('repo', 'init', join(folder, 'repo'));
    await json('backup', '--host', 'HV01', '--vm', 'FS01');
    const start = ['recover', 'start', 'FS01@latest', '--host', 'HV01', '--folder', join(folder, 'VMs'), '--wait', '30'];
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

    const moved = await json<FinaliseReport>('recover', 'finalise', first.recovery);
    assert.deepEqual([made.state, made.drives.map((drive) => drive.path)], ['Running', [...moved.files]]);
    assert.deepEqual([world.initiator.sessions.size, world.initiator.portals.length, world.initiator.service], [0, 0, 'Stopped']);
    // This guest writes nothing, so its disks are those that were backed up.
    const heads = (await readLab(world.options.home)).vms['FS01']!.heads;
    for (const [at, file] of moved.files.entries()) assert.ok(await same(file, heads[at]!), file);
    assert.deepEqual([await json('recover', 'list'), await json('publish', 'list')], [[], []]);
    await assert.rejects(access(join(folder, 'VMs', 'FS01 too')));
  },
);

async function same(left: string, right: string): Promise<boolean> {
  const [one, other] = [await openDisk({ format: 'vhdx', path: left }), await openDisk({ format: 'vhdx', path: right })];
  try {
    const [a, b] = [Buffer.alloc(one.sizeBytes), Buffer.alloc(other.sizeBytes)];
    await one.read(0, a);
    await other.read(0, b);
    return a.equals(b);
  } finally {
    await one.close();
    await other.close();
  }
}
