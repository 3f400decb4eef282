import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { hasCode, type StepReport } from '#contract';
import { readBytes } from '#engine/blocks';
import type { BackupRequest, Hypervisor } from '#engine/ports';
import { createLab, labHypervisor, passDays, setFault } from '#lab';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { clock, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';

interface Harness {
  readonly home: string;
  readonly host: Hypervisor;
  begin(name: string, more?: Partial<BackupRequest>): ReturnType<Hypervisor['beginBackup']>;
  readonly steps: StepReport[];
}

async function harness(context: TestContext): Promise<Harness> {
  const home = await temporaryFolder(context);
  await createLab(home);
  const host = labHypervisor(home, { clock, random });
  const steps: StepReport[] = [];
  const begin: Harness['begin'] = async (name, more = {}) => {
    const vm = (await host.listVms()).find((one) => one.name === name)!;
    return host.beginBackup(
      { vmId: vm.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, ...more },
      (step) => steps.push(step),
      quiet.signal,
    );
  };
  return { home, host, begin, steps };
}

async function diskBytes(path: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path });
  const bytes = await readBytes(disk, 0, disk.sizeBytes);
  await disk.close();
  return bytes;
}

async function heads(host: Hypervisor, name: string): Promise<readonly string[]> {
  return (await host.listVms()).find((vm) => vm.name === name)!.disks.map((disk) => disk.path);
}

test('the frozen disks stay as they are while the guest goes on, and complete brings the chain back', async (context) => {
  const { home, host, begin, steps } = await harness(context);
  const before = await heads(host, 'APP01');
  const session = await begin('APP01');
  const frozen = await Promise.all(session.disks.map((disk) => diskBytes(disk.source.path)));
  await passDays(home, 1);
  const after = await Promise.all(session.disks.map((disk) => diskBytes(disk.source.path)));
  assert.ok(frozen.every((bytes, index) => bytes.equals(after[index]!)));
  const done = await session.complete();
  assert.ok(done.referencePoint !== null && done.logsTruncated);
  assert.deepEqual(await heads(host, 'APP01'), before);
  assert.ok(!(await diskBytes(before[1]!)).equals(frozen[1]!), 'what the guest wrote was merged');
  assert.equal((await host.listResidue()).filter((item) => item.kind === 'checkpoint').length, 0);
  assert.ok(steps.some((step) => step.actor === 'SqlServerWriter' && step.side === 'guest'));
});

test('changed ranges cover everything that changed, and little else', async (context) => {
  const { home, host, begin } = await harness(context);
  const { referencePoint } = await (await begin('FS01')).complete();
  const [path] = await heads(host, 'FS01');
  const before = await diskBytes(path!);
  await passDays(home, 2);
  const session = await begin('FS01', { since: referencePoint });
  const after = await diskBytes(session.disks[0]!.source.path);
  const { changed } = session.disks[0]!;
  assert.ok(changed.known);
  for (const range of changed.ranges) before.copy(after, range.offset, range.offset, range.offset + range.length);
  assert.ok(after.equals(before), 'outside the ranges nothing changed');
  assert.ok(changed.ranges.reduce((sum, range) => sum + range.length, 0) < before.length / 20);
  await session.abort('test');
  const again = await begin('FS01', { since: referencePoint });
  assert.ok(again.disks[0]!.changed.known, 'an abort leaves the reference point');
  await again.abort('test');
});

test('a session that was dropped is residue, and cleaning it keeps what the guest wrote', async (context) => {
  const { home, host, begin } = await harness(context);
  await begin('LNX01');
  await passDays(home, 1);
  const [head] = await heads(host, 'LNX01');
  const wanted = createHash('sha256')
    .update(await diskBytes(head!))
    .digest('hex');
  const left = (await host.listResidue()).filter((item) => item.kind === 'checkpoint');
  assert.equal(left.length, 1);
  assert.equal(left[0]!.run, 'r1');
  await host.cleanResidue(left[0]!);
  const [clean] = await heads(host, 'LNX01');
  assert.equal(
    createHash('sha256')
      .update(await diskBytes(clean!))
      .digest('hex'),
    wanted,
  );
  assert.ok(clean!.endsWith('lnx01.vhdx'));
});

const faults = [
  { step: 'prepare', kind: 'writer-retryable', code: 'host/vss-writer-retryable' },
  { step: 'flush', kind: 'writer-failed', code: 'host/vss-writer-failed' },
  { step: 'checkpoint', kind: 'checkpoint-failed', code: 'host/checkpoint-failed' },
  { step: 'ready', kind: 'host-vanish', code: 'host/unreachable' },
] as const;
for (const { step, kind, code } of faults) {
  test(`${kind} at ${step} gives ${code} and leaves nothing on the host`, async (context) => {
    const { home, host, begin } = await harness(context);
    await setFault(home, { step, kind, vm: null, times: 1 });
    await assert.rejects(begin('APP01'), (error) => hasCode(error, code));
    assert.deepEqual(await host.listResidue(), []);
    await (await begin('APP01')).abort('the next one works');
  });
}

test('a writer that failed never gives a point that is called application-consistent', async (context) => {
  const { home, begin } = await harness(context);
  await setFault(home, { step: 'flush', kind: 'writer-failed', vm: null, times: 1 });
  const session = await begin('APP01', { policy: 'warn' });
  assert.equal(session.consistency, 'crash');
  assert.match(session.consistencyNote ?? '', /SqlServerWriter/);
  assert.equal((await session.complete()).logsTruncated, false);
});

test('a merge that hangs is told, and what is left can be cleaned', async (context) => {
  const { home, host, begin } = await harness(context);
  await setFault(home, { step: 'release', kind: 'merge-hang', vm: null, times: 1 });
  const session = await begin('LNX01');
  await assert.rejects(session.complete(), (error) => hasCode(error, 'host/merge-timeout'));
  for (const item of await host.listResidue()) await host.cleanResidue(item);
  assert.deepEqual(await host.listResidue(), []);
});

test('two labs that live the same days have the same disks', async (context) => {
  const [one, two] = [await harness(context), await harness(context)];
  await passDays(one.home, 3);
  await passDays(two.home, 3);
  for (const vm of ['FS01', 'APP01', 'LNX01']) {
    const [left, right] = [await heads(one.host, vm), await heads(two.host, vm)];
    for (const [disk, path] of left.entries())
      assert.ok((await diskBytes(path)).equals(await diskBytes(right[disk]!)), `${vm} disk ${disk}`);
  }
});
