import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ConsistencyPolicy } from '#contract';
import { runBackup } from '#engine/backup';
import type { Hypervisor, VmFacts } from '#engine/ports';
import { restoreDisk } from '#engine/recovery';
import { readPoint } from '#engine/repository';
import { openHome } from '#service';
import { noise, quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;

interface Guest {
  readonly path: string;
  readonly state: VmFacts['state'];
  readonly atRest: boolean;
  readonly policy?: ConsistencyPolicy;
  /** A second disk, which the job leaves out. */
  readonly excluded?: string;
}

/** Backs up one VM that has this disk, and of which the host says `file-system`. */
async function backUp(context: TestContext, { path, state, atRest, policy = 'warn', excluded }: Guest) {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const vm: VmFacts = {
    id: 'vm-1',
    name: 'LNX01',
    state,
    generation: 2,
    configurationVersion: '9.0',
    guestOs: 'linux',
    reachable: 'file-system',
    disks: [],
  };
  let aborted: string | null = null;
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
      disks: [path, ...(excluded === undefined ? [] : [excluded])].map((file, index) => ({
        index,
        label: `disk${index}`,
        source: { format: 'raw', path: file },
        changed: { known: false, reason: 'no tracking' },
      })),
      definition: [],
      complete: async () => ({ referencePoint: null, logsTruncated: false, goesOn: null, unconfirmed: null }),
      abort: async (reason) => void (aborted = reason),
    }),
  };
  const repository = await quickRepository();
  const of = { hypervisor, hostName: 'HV1', repository, journal: home.journal, run: home.newRunId(), ...quiet };
  const excludedDisks = () => (excluded === undefined ? [] : [{ disk: 1, was: null, chosenAt: null }]);
  const how = { policy, truncateLogs: false, skipUnused: true, excludedDisks } as const;
  const { vms } = await runBackup({ ...of, ...how }, { vms: ['LNX01'] });
  return { repository, outcome: vms[0]!, aborted };
}

/** A VM whose only disk is a swap area: what it holds means something to a guest that hibernated, and to nobody else. */
async function backUpSwap(context: TestContext, atRest: boolean) {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'disk.raw');
  await writeFile(path, noise(4 * mib, 3));
  run('mkswap', '-q', '-L', 'rest', path);
  const { repository, outcome } = await backUp(context, { path, state: atRest ? 'running' : 'off', atRest });
  const point = await readPoint(repository, outcome.point!);
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

/** An ext4 disk; `inUse` as a guest that is switched off hard leaves it (ext4 disk layout, `s_feature_incompat`: needs recovery). */
async function ext4Disk(context: TestContext, inUse: boolean): Promise<string> {
  const path = join(await temporaryFolder(context), inUse ? 'cut.raw' : 'ended.raw');
  await writeFile(path, Buffer.alloc(16 * mib));
  run('mkfs.ext4', '-q', '-O', '^metadata_csum', path);
  if (inUse) run('debugfs', '-w', '-R', 'feature needs_recovery', path);
  return path;
}

test('a VM that was switched off hard is crash consistent, whatever its host says; one that ended by itself is what it says', async (context) => {
  if (!needs(context, { 'mkfs.ext4': 'e2fsprogs', debugfs: 'e2fsprogs' })) return;
  const [ended, cut] = [await ext4Disk(context, false), await ext4Disk(context, true)];
  const off = { state: 'off', atRest: false } as const;

  const whole = await backUp(context, { ...off, path: ended });
  assert.deepEqual([whole.outcome.result, whole.outcome.consistency], ['success', 'file-system']);

  const hard = await backUp(context, { ...off, path: cut });
  assert.deepEqual([hard.outcome.result, hard.outcome.consistency], ['warning', 'crash']);
  assert.match(hard.outcome.warnings[0]!, /the VM is off, and disk 0, partition 0 was still in use/);
  assert.equal((await readPoint(hard.repository, hard.outcome.point!)).consistency, 'crash');

  const running = await backUp(context, { state: 'running', atRest: true, path: cut });
  assert.equal(running.outcome.consistency, 'file-system', 'of a running guest it is the way of things');
});

test('a disk that the job leaves out has no say in what the point of a VM that is off claims', async (context) => {
  if (!needs(context, { 'mkfs.ext4': 'e2fsprogs', debugfs: 'e2fsprogs' })) return;
  const [ended, cut] = [await ext4Disk(context, false), await ext4Disk(context, true)];
  const off = { state: 'off', atRest: false, policy: 'require' } as const;
  const { outcome } = await backUp(context, { ...off, path: ended, excluded: cut });
  assert.deepEqual([outcome.result, outcome.consistency], ['success', 'file-system']);
});

test('a job that requires more than a VM that was switched off hard can give fails, and undoes what the host began', async (context) => {
  if (!needs(context, { 'mkfs.ext4': 'e2fsprogs', debugfs: 'e2fsprogs' })) return;
  const path = await ext4Disk(context, true);
  const { outcome, aborted } = await backUp(context, { state: 'off', atRest: false, path, policy: 'require' });
  assert.deepEqual([outcome.result, outcome.point, outcome.error?.code], ['failed', null, 'host/consistency-not-reached']);
  assert.ok(aborted !== null);
});
