import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type Consistency, type ConsistencyPolicy, type RestorePoint, type StepReport } from '#contract';
import type { BackupSession, VmFacts } from '#engine/ports';
import { listPoints, publishPoint, readPoint } from '#engine/repository';
import { claim, claimOf } from '../../../main/engine/backup/claim.ts';
import { quickRepository } from '../../fixtures/environment.ts';

const vm = { name: 'APP01', id: 'a', reachable: 'application' } as VmFacts;
const unproven = { consistency: 'application', proven: false, consistencyNote: null } as unknown as BackupSession;
const skipped = { rules: 1, quiesced: true, freeBytes: 1, excludedBytes: 0, notReadBytes: 1 };

function pointOf(more: object = {}): RestorePoint {
  const disk = { index: 0, label: 'a.vhdx', sizeBytes: 512, logicalSectorSize: 512, physicalSectorSize: 4096, blockSize: 1 };
  const stored = { diskId: null, fixed: false, map: '0'.repeat(32), readBytes: 0, newBytes: 0, ...more };
  return {
    version: 1,
    id: '0123456789abcdef',
    vm: 'APP01',
    vmId: 'a',
    host: 'HV01',
    time: 1,
    consistency: claimOf(unproven),
    run: 'r1',
    disks: [{ ...disk, ...stored }],
    definition: [],
  };
}

async function claimed(told: Consistency | null, policy: ConsistencyPolicy, more: object = {}) {
  const repository = await quickRepository();
  const point = pointOf(more);
  await publishPoint(repository, point);
  const steps: StepReport[] = [];
  const one = claim({ repository, policy, vm, session: unproven, point, report: (step) => steps.push(step) });
  assert.equal((await readPoint(repository, point.id)).consistency, 'crash', 'nothing is claimed before the host has said so');
  if (told !== null) await one.onReached(told);
  return { repository, point, steps, came: one.settle() };
}

test('a point is raised to what the host says at last, once and with everything else as it was', async () => {
  const { repository, point, came } = await claimed('application', 'require');
  assert.deepEqual(await readPoint(repository, point.id), { ...point, consistency: 'application' });
  assert.deepEqual(came, { consistency: 'application', warnings: [], error: null });
  const { points, damaged } = await listPoints(repository);
  assert.deepEqual([points.length, damaged.length], [1, 0]);
});

test('a host that fell back leaves a crash-consistent point: a failure, a warning or nothing, as the policy says', async () => {
  const of = async (policy: ConsistencyPolicy) => {
    const { repository, point, came } = await claimed('crash', policy);
    assert.equal((await readPoint(repository, point.id)).consistency, 'crash');
    assert.equal(came.consistency, 'crash');
    return came;
  };
  assert.equal((await of('require')).error?.code, 'host/consistency-not-reached');
  const warned = await of('warn');
  assert.deepEqual([warned.error, warned.warnings.length], [null, 1]);
  assert.match(warned.warnings[0]!, /^crash consistency only: the host made the checkpoint without the guest/);
  assert.deepEqual(await of('allow'), { consistency: 'crash', warnings: [], error: null });
});

test('a point that left out content on the word of a guest that took no part is withdrawn, whatever the policy', async () => {
  for (const policy of ['require', 'allow'] as const) {
    const { repository, came, steps } = await claimed('crash', policy, { skipped });
    assert.deepEqual((await listPoints(repository)).points, []);
    assert.deepEqual([came.consistency, came.error?.code], [null, 'host/consistency-not-reached']);
    assert.match(steps.at(-1)?.detail ?? '', /withdrawn/);
  }
});

test('a host that never said whether the guest took part leaves a crash-consistent point: a failure, a warning or nothing, as the policy says', async () => {
  for (const policy of ['require', 'warn', 'allow'] as const) {
    const { repository, point, came } = await claimed(null, policy);
    assert.equal((await readPoint(repository, point.id)).consistency, 'crash', 'and it is kept');
    assert.equal(came.consistency, 'crash');
    assert.equal(came.error?.code, policy === 'require' ? 'host/consistency-not-reached' : undefined);
    if (policy === 'require') assert.match(String(came.error?.details?.['says']), /could not say/);
    assert.equal(came.warnings.length, policy === 'warn' ? 1 : 0);
    if (policy === 'warn') assert.match(came.warnings[0]!, /could not say/);
  }
});

test('a storage that refuses the better word leaves the lesser one, and the run says why', async () => {
  const { repository, point } = await claimed(null, 'warn');
  const storage = { ...repository.storage, replace: () => Promise.reject(new Error('read-only')) };
  const one = claim({
    repository: { ...repository, storage },
    policy: 'warn',
    vm,
    session: unproven,
    point,
    report: () => undefined,
  });
  await one.onReached('application');
  const came = one.settle();
  assert.deepEqual([came.consistency, came.error?.code], ['crash', 'internal/bug']);
  assert.equal((await readPoint(repository, point.id)).consistency, 'crash');
  assert.ok(!hasCode(came.error, 'host/consistency-not-reached'));
});
