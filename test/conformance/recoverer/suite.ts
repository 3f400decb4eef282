import assert from 'node:assert/strict';
import { access, copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { hasCode, type DefinitionFile, type ErrorCode, type StepReport } from '#contract';
import type { Hypervisor, RecoveryRequest, RecoverySession, ServedDisks, VmRecoverer } from '#engine/ports';
import { quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { serveBytes, type ServedBytes } from '../../fixtures/served-bytes.ts';

/** A host under test, with the definition of a VM of one disk as a backup took it. */
export interface RecovererUnderTest {
  readonly host: Hypervisor;
  readonly recoverer: VmRecoverer;
  readonly definition: readonly DefinitionFile[];
  /** The next start of a VM fails. */
  failStart(): Promise<void>;
  /** Whether anything of an iSCSI target is left on the host. */
  connections(): Promise<number>;
  /** A local disk with the right content, to be put where the finalised one goes. */
  readonly localDisk: string;
}

const volume = zstdDecompressSync(readFileSync(new URL('../../fuzz/seeds/exfat.img.zst', import.meta.url)));
const chap = { initiator: { user: 'hostkeep', secret: '0123456789abcdef' }, target: null };

interface Harness extends RecovererUnderTest {
  readonly folder: string;
  readonly steps: StepReport[];
  readonly served: ServedBytes;
  readonly disks: ServedDisks;
  begin(more?: Partial<RecoveryRequest>): Promise<RecoverySession>;
  rejects(act: Promise<unknown>, code: ErrorCode): Promise<void>;
}

/** What every VmRecoverer promises, beside the Hypervisor of the same host. */
export function recovererConformance(name: string, make: (context: TestContext) => Promise<RecovererUnderTest>): void {
  const harness = async (context: TestContext): Promise<Harness> => {
    const under = await make(context);
    const folder = join(await temporaryFolder(context), 'VMs [1]');
    const steps: StepReport[] = [];
    const served = await serveBytes({ disks: 1, chap, content: () => Buffer.from(volume) });
    context.after(() => served.close());
    const request: RecoveryRequest = {
      run: 'r1',
      definition: under.definition,
      disks: [{ index: 0, label: 'disk.vhdx', sizeBytes: volume.length }],
      name: "it's back [1]",
      folder,
      rebuild: false,
      network: null,
      start: true,
    };
    return {
      ...under,
      folder,
      steps,
      served,
      disks: servedDisks(served),
      begin: (more = {}) => under.recoverer.begin({ ...request, ...more }, (step) => steps.push(step), quiet.signal),
      rejects: (act, code) => assert.rejects(act, (error) => hasCode(error, code) || assert.fail(String(error))),
    };
  };
  const vms = async (host: Hypervisor): Promise<readonly string[]> => (await host.listVms()).map((vm) => vm.name).sort();

  test(`${name}: a VM runs from served disks under a new identity, is looked at, and is discarded without a trace`, async (context) => {
    const { host, recoverer, begin, disks, steps, folder, connections } = await harness(context);
    const before = await vms(host);
    const session = await begin();
    assert.match(session.initiator, /^iqn\./);
    const made = await session.run(disks);
    assert.equal(made.name, "it's back [1]");
    for (const step of ['place', 'connect-target', 'define-vm', 'attach-disks', 'network', 'start-vm'])
      assert.ok(
        steps.some((one) => one.step === step && one.state === 'done'),
        step,
      );
    assert.deepEqual(
      (await recoverer.list()).map(({ run, phase, vmId }) => [run, phase, vmId]),
      [['r1', 'running', made.vmId]],
    );
    // It is in use: nobody cleans it away.
    assert.deepEqual(await host.listResidue(), []);
    const look = await recoverer.look('r1', true);
    assert.deepEqual([look.state, look.heartbeat], ['running', 'ok']);
    assert.ok(look.uptimeMs > 0);
    assert.equal(look.picture!.rgb565.length, look.picture!.width * look.picture!.height * 2);
    assert.equal((await recoverer.look('r1', false)).picture, null);
    await recoverer.discard({ run: 'r1', by: 'd1' }, (step) => steps.push(step));
    assert.deepEqual([await vms(host), await readdir(folder), await recoverer.list()], [before, [], []]);
    assert.equal(await connections(), 0);
    await recoverer.discard({ run: 'r1', by: 'd1' }, () => undefined);
  });

  test(`${name}: without its disks a running VM has no heartbeat`, async (context) => {
    const { recoverer, begin, disks, served } = await harness(context);
    await (await begin()).run(disks);
    await served.close();
    assert.equal((await recoverer.look('r1', false)).heartbeat, 'lost');
    await recoverer.discard({ run: 'r1', by: 'd1' }, () => undefined);
  });

  test(`${name}: names, folders and secrets that do not fit are refused, and leave nothing`, async (context) => {
    const { host, begin, disks, folder, rejects, connections } = await harness(context);
    await rejects(begin({ name: 'LNX01' }), 'host/name-taken');
    await rejects(begin({ folder: 'relative' }), 'input/invalid');
    const session = await begin();
    await rejects(session.run({ ...disks, chap: { user: 'hostkeep', secret: 'another secret!!' } }), 'host/target-refused');
    await session.abort('the secret was wrong');
    const gone = await begin();
    await rejects(gone.run({ ...disks, port: 1 }), 'host/target-unreachable');
    await gone.abort('nobody is there');
    assert.deepEqual([await host.listResidue(), await readdir(folder)], [[], []]);
    assert.equal(await connections(), 0);
  });

  test(`${name}: a start that fails is undone`, async (context) => {
    const { host, begin, disks, folder, failStart, rejects, connections } = await harness(context);
    const before = await vms(host);
    const session = await begin();
    await failStart();
    await rejects(session.run(disks), 'host/vm-start-failed');
    await session.abort('it did not start');
    assert.deepEqual([await vms(host), await readdir(folder), await host.listResidue()], [before, [], []]);
    assert.equal(await connections(), 0);
  });

  test(`${name}: finalised, the VM has local disks and its identity, and nothing of the target is left`, async (context) => {
    const { host, recoverer, begin, disks, localDisk, connections, rejects } = await harness(context);
    const { vmId } = await (await begin()).run(disks);
    const wanted = { run: 'r1', by: 'f1', disks: [{ index: 0, label: 'disk.vhdx', sizeBytes: volume.length }] };
    const session = await recoverer.beginFinalise(wanted, () => undefined);
    await rejects(
      recoverer.beginFinalise(wanted, () => undefined),
      'host/recovery-busy',
    );
    // It runs on while its disks are written.
    assert.equal((await recoverer.look('r1', false)).heartbeat, 'ok');
    await copyFile(localDisk, session.targets[0]!.path);
    await session.stop(false);
    const done = await session.complete();
    assert.deepEqual([done.vmId, done.files.length], [vmId, 1]);
    const vm = (await host.listVms()).find((one) => one.id === vmId)!;
    assert.deepEqual([vm.state, vm.disks.map((disk) => disk.path)], ['running', done.files]);
    assert.deepEqual([await recoverer.list(), await host.listResidue()], [[], []]);
    assert.equal(await connections(), 0);
  });

  test(`${name}: a finalise that is given up lets the VM run on, and can be begun again`, async (context) => {
    const { recoverer, begin, disks, localDisk } = await harness(context);
    await (await begin()).run(disks);
    const wanted = { run: 'r1', by: 'f1', disks: [{ index: 0, label: 'disk.vhdx', sizeBytes: volume.length }] };
    const session = await recoverer.beginFinalise(wanted, () => undefined);
    const { path } = session.targets[0]!;
    await copyFile(localDisk, path);
    await session.stop(false);
    await session.abort('the disk is full');
    await assert.rejects(access(path));
    const look = await recoverer.look('r1', false);
    assert.deepEqual([look.state, look.heartbeat], ['running', 'ok']);
    await (await recoverer.beginFinalise({ ...wanted, by: 'f2' }, () => undefined)).abort('once more');
    await recoverer.discard({ run: 'r1', by: 'd1' }, () => undefined);
  });

  test(`${name}: what a run that died left of a recovery is residue, and cleaning it is right for its phase`, async (context) => {
    const { host, recoverer, begin, disks, localDisk, connections } = await harness(context);
    const before = await vms(host);
    await begin();
    const [starting] = await host.listResidue();
    assert.deepEqual([starting!.kind, starting!.id, starting!.run], ['recovery', 'r1', 'r1']);
    await host.cleanResidue(starting!);
    assert.deepEqual([await recoverer.list(), await vms(host)], [[], before]);

    await (await begin()).run(disks);
    const wanted = { run: 'r1', by: 'f1', disks: [{ index: 0, label: 'disk.vhdx', sizeBytes: volume.length }] };
    const session = await recoverer.beginFinalise(wanted, () => undefined);
    await copyFile(localDisk, session.targets[0]!.path);
    await session.stop(false);
    const [finalising] = await host.listResidue();
    assert.deepEqual([finalising!.kind, finalising!.run], ['recovery', 'f1']);
    await host.cleanResidue(finalising!);
    assert.deepEqual(await host.listResidue(), []);
    assert.equal((await recoverer.look('r1', false)).heartbeat, 'ok');
    await recoverer.discard({ run: 'r1', by: 'd1' }, () => undefined);
    assert.equal(await connections(), 0);
  });

  test(`${name}: two recoveries of one restore point live beside each other`, async (context) => {
    const { recoverer, begin, disks } = await harness(context);
    const second = await serveBytes({ disks: 1, chap, content: () => Buffer.from(volume) });
    context.after(() => second.close());
    await (await begin()).run(disks);
    // Equal serial numbers, as two publications of one point by one publisher may have.
    await (await begin({ run: 'r2', name: 'second' })).run(servedDisks(second));
    await recoverer.discard({ run: 'r1', by: 'd1' }, () => undefined);
    assert.equal((await recoverer.look('r2', false)).heartbeat, 'ok');
    await recoverer.discard({ run: 'r2', by: 'd1' }, () => undefined);
  });
}

function servedDisks({ portal, iqn, serials, bytes }: ServedBytes): ServedDisks {
  return {
    ...portal,
    iqn,
    chap: chap.initiator,
    units: serials.map((serial, lun) => ({ disk: lun, lun, serial, sizeBytes: bytes[lun]!.length })),
  };
}
