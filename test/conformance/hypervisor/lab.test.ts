import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLab, labHypervisor, passDays, setFault } from '#lab';
import { clock, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';
import { createSmallLab } from '../../powershell/simulator/small-lab.ts';
import { hypervisorConformance } from './suite.ts';

const faults = {
  'writer-retryable': 'prepare',
  'writer-failed': 'flush',
  'checkpoint-failed': 'checkpoint',
  'host-vanish': 'ready',
  'merge-hang': 'release',
} as const;

hypervisorConformance('lab', async (context, disks) => {
  const home = await temporaryFolder(context);
  await (disks === 'any' ? createSmallLab(home) : copyLab(home));
  return {
    home,
    host: labHypervisor(home, { clock, random }),
    tracking: true,
    // A writer that asks for another try is asked three times.
    disturb: (kind) => setFault(home, { step: faults[kind], kind, vm: null, times: kind === 'writer-retryable' ? 3 : 1 }),
  };
});

test('a writer that failed never gives a point that is called application-consistent', async (context) => {
  const home = await temporaryFolder(context);
  await copyLab(home);
  const host = labHypervisor(home, { clock, random });
  // There is something to truncate.
  await passDays(home, 1);
  await setFault(home, { step: 'flush', kind: 'writer-failed', vm: null, times: 1 });
  const vm = (await host.listVms()).find((one) => one.name === 'APP01')!;
  const wanted = { vmId: vm.id, run: 'r1', policy: 'warn', truncateLogs: true, since: null, repository: 'repo' } as const;
  const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
  assert.equal(session.consistency, 'crash');
  assert.match(session.consistencyNote ?? '', /SqlServerWriter/);
  assert.equal((await session.complete()).logsTruncated, false);
  const next = await host.beginBackup(wanted, () => undefined, quiet.signal);
  assert.deepEqual([next.consistency, (await next.complete()).logsTruncated], ['application', true]);
});

test('two labs that live the same days have the same disks', async (context) => {
  const homes = [await temporaryFolder(context), await temporaryFolder(context)];
  for (const home of homes) {
    await createLab(home);
    await passDays(home, 3);
  }
  const disks = await Promise.all(
    homes.map(async (home) =>
      (await labHypervisor(home, { clock, random }).listVms()).flatMap((vm) => vm.disks.map((disk) => disk.path)),
    ),
  );
  for (const [at, path] of disks[0]!.entries()) {
    const [left, right] = [await readContent(path), await readContent(disks[1]![at]!)];
    assert.ok(left.equals(right), path);
  }
});

async function readContent(path: string): Promise<Buffer> {
  const { openDisk } = await import('../../../main/engine/formats/open-disk.ts');
  const { readBytes } = await import('#engine/blocks');
  const disk = await openDisk({ format: 'vhdx', path });
  const bytes = await readBytes(disk, 0, disk.sizeBytes);
  await disk.close();
  return bytes;
}
