import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runBackup } from '#engine/backup';
import type { Hypervisor, VmFacts } from '#engine/ports';
import { restoreDisk } from '#engine/recovery';
import { readPoint } from '#engine/repository';
import { openHome } from '#service';
import { noise, quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;

/** Backs up one VM whose only disk is a swap area: what it holds means something to a guest that hibernated, and to nobody else. */
async function backUpSwap(context: TestContext, atRest: boolean) {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'disk.raw');
  await writeFile(path, noise(4 * mib, 3));
  run('mkswap', '-q', '-L', 'rest', path);
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const vm: VmFacts = {
    id: 'vm-1',
    name: 'LNX01',
    state: atRest ? 'running' : 'off',
    generation: 2,
    configurationVersion: '9.0',
    guestOs: 'linux',
    reachable: 'file-system',
    disks: [],
  };
  const hypervisor: Hypervisor = {
    facts: async () => ({ id: 'h', name: 'HV1', kind: 'lab', os: '', changeTracking: false }),
    listVms: async () => [vm],
    preflight: async () => [],
    listResidue: async () => [],
    cleanResidue: async () => undefined,
    beginBackup: async () => ({
      consistency: 'file-system',
      proven: true,
      atRest,
      consistencyNote: null,
      takenAt: 1,
      disks: [{ index: 0, label: 'disk', source: { format: 'raw', path }, changed: { known: false, reason: 'no tracking' } }],
      definition: [],
      complete: async () => ({ referencePoint: null, logsTruncated: false, goesOn: null, unconfirmed: null }),
      abort: async () => undefined,
    }),
  };
  const repository = await quickRepository();
  const of = { hypervisor, hostName: 'HV1', repository, journal: home.journal, run: home.newRunId(), ...quiet };
  const { vms } = await runBackup({ ...of, policy: 'warn', truncateLogs: false, skipUnused: true }, { vms: ['LNX01'] });
  const point = await readPoint(repository, vms[0]!.point!);
  const to = join(folder, 'restored.raw');
  await restoreDisk(repository, point, 0, { to, format: 'raw', ...quiet });
  return { skipped: point.disks[0]?.skipped, isSame: (await readFile(to)).equals(await readFile(path)) };
}

test('of a VM that is off nothing is left out on the word of a guest that nobody asked', async (context) => {
  if (!needs(context, { mkswap: 'util-linux' })) return;
  const off = await backUpSwap(context, false);
  assert.deepEqual([off.skipped, off.isSame], [undefined, true]);
  const asked = await backUpSwap(context, true);
  assert.ok(asked.skipped !== undefined && !asked.isSame, 'a guest that was asked is believed');
});
