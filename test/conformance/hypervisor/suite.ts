import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { hasCode, type ErrorCode, type StepReport } from '#contract';
import { readBytes } from '#engine/blocks';
import type { BackupRequest, Hypervisor } from '#engine/ports';
import { passDays } from '#lab';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { quiet } from '../../fixtures/environment.ts';

/** What can go wrong on every kind of host. */
export const disturbances = ['writer-retryable', 'writer-failed', 'checkpoint-failed', 'host-vanish', 'merge-hang'] as const;
export type Disturbance = (typeof disturbances)[number];

/** A host under test, over the disks of the lab in `home`. */
export interface HypervisorUnderTest {
  readonly home: string;
  readonly host: Hypervisor;
  /** Whether it tells changed ranges and takes a checkpoint that merges afterwards. */
  readonly tracking: boolean;
  disturb(what: Disturbance): Promise<void>;
}

interface Harness extends HypervisorUnderTest {
  begin(name: string, more?: Partial<BackupRequest>): ReturnType<Hypervisor['beginBackup']>;
  readonly steps: StepReport[];
}

const codes: Readonly<Record<Exclude<Disturbance, 'merge-hang'>, readonly ErrorCode[]>> = {
  'writer-retryable': ['host/vss-writer-retryable'],
  'writer-failed': ['host/vss-writer-failed'],
  'checkpoint-failed': ['host/checkpoint-failed', 'host/no-space', 'host/vss-storage-full'],
  'host-vanish': ['host/unreachable'],
};

async function diskBytes(path: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path });
  const bytes = await readBytes(disk, 0, disk.sizeBytes);
  await disk.close();
  return bytes;
}

async function heads(host: Hypervisor, name: string): Promise<readonly string[]> {
  return (await host.listVms()).find((vm) => vm.name === name)!.disks.map((disk) => disk.path);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const passing = (host: Hypervisor) => async () => (await host.listResidue()).filter((item) => item.kind !== 'reference-point');

/**
 * What every Hypervisor promises; the same assertions for the lab and for both paths of a Hyper-V host. `make` is told whether it matters what
 * the disks hold.
 */
export function hypervisorConformance(
  name: string,
  make: (context: TestContext, disks: 'filled' | 'any') => Promise<HypervisorUnderTest>,
): void {
  const harness = async (context: TestContext, disks: 'filled' | 'any'): Promise<Harness> => {
    const under = await make(context, disks);
    const steps: StepReport[] = [];
    const begin: Harness['begin'] = async (vmName, more = {}) => {
      const vm = (await under.host.listVms()).find((one) => one.name === vmName)!;
      return under.host.beginBackup(
        { vmId: vm.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo', ...more },
        (step) => steps.push(step),
        quiet.signal,
      );
    };
    return { ...under, begin, steps };
  };

  test(`${name}: the frozen disks stay as they are while the guest goes on, and complete brings the chain back`, async (context) => {
    const { home, host, begin, steps } = await harness(context, 'filled');
    const before = await heads(host, 'APP01');
    const session = await begin('APP01');
    assert.equal(session.consistency, 'application');
    const frozen = await Promise.all(session.disks.map((disk) => diskBytes(disk.source.path)));
    await passDays(home, 1);
    const after = await Promise.all(session.disks.map((disk) => diskBytes(disk.source.path)));
    assert.ok(frozen.every((bytes, index) => bytes.equals(after[index]!)));
    const done = await session.complete();
    assert.ok(done.logsTruncated);
    assert.deepEqual(await heads(host, 'APP01'), before);
    assert.ok(!(await diskBytes(before[1]!)).equals(frozen[1]!), 'what the guest wrote is there');
    assert.deepEqual(await passing(host)(), []);
    for (const step of ['enumerate-writers', 'prepare', 'flush', 'ready', 'checkpoint', 'release', 'post-backup'])
      assert.ok(
        steps.some((one) => one.step === step && one.state === 'done'),
        step,
      );
    assert.ok(steps.some((step) => step.side === 'guest'));
  });

  test(`${name}: a copy backup and a Linux guest truncate nothing`, async (context) => {
    const { home, host, begin } = await harness(context, 'filled');
    // There is something to truncate.
    await passDays(home, 1);
    const [, data] = await heads(host, 'APP01');
    const before = sha256(await diskBytes(data!));
    assert.equal((await (await begin('APP01', { truncateLogs: false })).complete()).logsTruncated, false);
    assert.equal(sha256(await diskBytes(data!)), before);
    assert.ok((await (await begin('APP01')).complete()).logsTruncated);
    const linux = await begin('LNX01');
    assert.equal(linux.consistency, 'file-system');
    assert.equal((await linux.complete()).logsTruncated, false);
  });

  test(`${name}: changed ranges cover everything that changed, and little else; without tracking the reason is told`, async (context) => {
    const { home, host, begin, tracking } = await harness(context, 'filled');
    const { referencePoint } = await (await begin('FS01')).complete();
    assert.equal(referencePoint !== null, tracking);
    const [path] = await heads(host, 'FS01');
    const before = await diskBytes(path!);
    await passDays(home, 2);
    const session = await begin('FS01', { since: referencePoint });
    const after = await diskBytes(session.disks[0]!.source.path);
    const { changed } = session.disks[0]!;
    assert.equal(changed.known, tracking);
    if (!changed.known) {
      assert.notEqual(changed.reason, '');
      return session.abort('test');
    }
    for (const range of changed.ranges) before.copy(after, range.offset, range.offset, range.offset + range.length);
    assert.ok(after.equals(before), 'outside the ranges nothing changed');
    assert.ok(changed.ranges.reduce((sum, range) => sum + range.length, 0) < before.length / 20);
    await session.abort('test');
    const again = await begin('FS01', { since: referencePoint });
    assert.ok(again.disks[0]!.changed.known, 'an abort leaves the reference point');
    return again.abort('test');
  });

  test(`${name}: a reference point outlives runs into other repositories, and goes with the next one into its own`, async (context) => {
    const { home, host, begin, tracking } = await harness(context, 'filled');
    const points = async () => (await host.listResidue()).map(({ kind, run, repository }) => [kind, run, repository]);
    const first = await (await begin('FS01', { run: 'a1', repository: 'a' })).complete();
    await passDays(home, 1);
    const second = await (await begin('FS01', { run: 'b1', repository: 'b' })).complete();
    if (!tracking) return assert.deepEqual([first.referencePoint, second.referencePoint, await points()], [null, null, []]);
    assert.deepEqual(await points(), [
      ['reference-point', 'a1', 'a'],
      ['reference-point', 'b1', 'b'],
    ]);
    await passDays(home, 1);
    const rangesOf = async (run: string, repository: string, since: string | null) => {
      const session = await begin('FS01', { run, repository, since });
      const { changed } = session.disks[0]!;
      assert.ok(changed.known, run);
      await session.complete();
      return changed.ranges.reduce((sum, { length }) => sum + length, 0);
    };
    const ofTwoDays = await rangesOf('a2', 'a', first.referencePoint);
    const ofOneDay = await rangesOf('b2', 'b', second.referencePoint);
    assert.ok(ofTwoDays > ofOneDay && ofOneDay > 0, `${ofTwoDays} and ${ofOneDay} bytes`);
    assert.deepEqual(await points(), [
      ['reference-point', 'a2', 'a'],
      ['reference-point', 'b2', 'b'],
    ]);
    return undefined;
  });

  test(`${name}: a session that was dropped is residue, and cleaning it keeps what the guest wrote`, async (context) => {
    const { home, host, begin } = await harness(context, 'filled');
    const [clean] = await heads(host, 'LNX01');
    await begin('LNX01');
    await passDays(home, 1);
    const [head] = await heads(host, 'LNX01');
    const wanted = sha256(await diskBytes(head!));
    const left = await passing(host)();
    assert.deepEqual(
      left.map((item) => [item.run, item.vm]),
      [['r1', 'LNX01']],
    );
    await host.cleanResidue(left[0]!);
    assert.deepEqual(await heads(host, 'LNX01'), [clean]);
    assert.equal(sha256(await diskBytes(clean!)), wanted);
    assert.deepEqual(await passing(host)(), []);
  });

  for (const [what, expected] of Object.entries(codes) as [keyof typeof codes, readonly ErrorCode[]][]) {
    test(`${name}: ${what} gives ${expected.join(' or ')} and leaves nothing on the host`, async (context) => {
      const { host, begin, disturb } = await harness(context, 'any');
      await disturb(what);
      await assert.rejects(begin('APP01'), (error) => hasCode(error, ...expected) || assert.fail(String(error)));
      // A host that vanished could not be tidied: what it kept is listed, and the next run cleans it.
      for (const item of await passing(host)()) {
        assert.equal(what, 'host-vanish');
        await host.cleanResidue(item);
      }
      assert.deepEqual(await passing(host)(), []);
      await (await begin('APP01')).abort('the next one works');
    });
  }

  test(`${name}: a release that fails is told, and what is left can be cleaned`, async (context) => {
    const { host, begin, disturb } = await harness(context, 'any');
    const session = await begin('APP01');
    await disturb('merge-hang');
    await assert.rejects(session.complete(), (error) => hasCode(error, 'host/merge-timeout', 'host/release-failed'));
    for (const item of await host.listResidue()) await host.cleanResidue(item);
    assert.deepEqual(await host.listResidue(), []);
    await (await begin('APP01')).abort('the next one works');
  });
}
