import assert from 'node:assert/strict';
import { access, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, type DefinitionFile, type ErrorCode, type StepReport } from '#contract';
import type { Hypervisor, RestoreSession, VmFacts, VmRestorer, VmRestoreRequest } from '#engine/ports';
import { quiet, temporaryFolder } from '../../fixtures/environment.ts';

/** A host under test whose VMs are those of the lab, with the definition of APP01 as a backup took it. */
export interface RestorerUnderTest {
  readonly host: Hypervisor;
  readonly restorer: VmRestorer;
  readonly definition: readonly DefinitionFile[];
  /** Whether the definition can bring the identity back; a VM that is made anew gets a new one, and says so. */
  readonly keepsIdentity: boolean;
  /** The VM is off, as after a shutdown. */
  turnOff(vm: VmFacts): Promise<void>;
  /** The VM is gone, as after a fire. */
  lose(vm: VmFacts): Promise<void>;
  /** The next definition of a VM fails. */
  failNext(): Promise<void>;
  /** Watches what is noted of a restore from here on; gives what notes its last state again, as if the act that took the note away had not come. */
  watchNote(run: string): () => Promise<void>;
  /** Names of connected switches of a VM. */
  networks(vmId: string): Promise<readonly string[]>;
}

interface Harness extends RestorerUnderTest {
  readonly app: VmFacts;
  readonly folder: string;
  readonly steps: StepReport[];
  begin(more?: Partial<VmRestoreRequest>): Promise<RestoreSession>;
  write(session: RestoreSession): Promise<void>;
  rejects(act: Promise<unknown>, code: ErrorCode): Promise<void>;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What every VmRestorer promises, beside the Hypervisor of the same host. */
export function restorerConformance(name: string, make: (context: TestContext) => Promise<RestorerUnderTest>): void {
  const harness = async (context: TestContext): Promise<Harness> => {
    const under = await make(context);
    const folder = join(await temporaryFolder(context), 'VMs [1]');
    const app = (await under.host.listVms()).find((vm) => vm.name === 'APP01')!;
    const steps: StepReport[] = [];
    const request: VmRestoreRequest = {
      run: 'r1',
      vmId: app.id,
      definition: under.definition,
      disks: app.disks.map(({ sizeBytes, path }, index) => ({ index, label: path.split('/').at(-1)!, sizeBytes })),
      name: 'APP01',
      folder,
      newIdentity: false,
      rebuild: !under.keepsIdentity,
      replaceExisting: false,
      disconnectNetwork: true,
      start: false,
    };
    return {
      ...under,
      app,
      folder,
      steps,
      begin: (more = {}) => under.restorer.beginVm({ ...request, ...more }, (step) => steps.push(step), quiet.signal),
      async write(session) {
        for (const { index, path } of session.targets) await copyFile(app.disks[index]!.path, path);
      },
      rejects: (act, code) => assert.rejects(act, (error) => hasCode(error, code) || assert.fail(String(error))),
    };
  };
  const find = async (host: Hypervisor, id: string): Promise<VmFacts | undefined> =>
    (await host.listVms()).find((vm) => vm.id === id);

  test(`${name}: a VM that was lost comes back under its own identity, its network disconnected`, async (context) => {
    const { host, begin, write, steps, app, lose, networks, keepsIdentity } = await harness(context);
    await lose(app);
    assert.equal(await find(host, app.id), undefined);
    const session = await begin();
    assert.deepEqual(
      session.targets.map((one) => one.index),
      [0, 1],
    );
    await write(session);
    const done = await session.complete();
    assert.equal(done.vmId === app.id, keepsIdentity);
    assert.deepEqual([done.name, done.warnings.length], ['APP01', keepsIdentity ? 0 : 1]);
    const vm = (await find(host, done.vmId))!;
    assert.deepEqual(
      vm.disks.map((disk) => disk.path),
      session.targets.map((one) => one.path),
    );
    assert.equal(vm.state, 'off');
    assert.deepEqual(await networks(done.vmId), []);
    assert.deepEqual(await host.listResidue(), []);
    for (const step of ['place', 'define-vm', 'attach-disks', 'grant-files', 'network'])
      assert.ok(
        steps.some((one) => one.step === step && one.state === 'done'),
        step,
      );
  });

  test(`${name}: under a new identity and another name it stands beside the old one, and is started when asked for`, async (context) => {
    const { host, begin, write, app, networks } = await harness(context);
    const session = await begin({ newIdentity: true, name: "it's APP01 [copy]", start: true, disconnectNetwork: false });
    await write(session);
    const done = await session.complete();
    assert.notEqual(done.vmId, app.id);
    const vm = (await find(host, done.vmId))!;
    assert.deepEqual([vm.name, vm.state], ["it's APP01 [copy]", 'running']);
    assert.deepEqual(await networks(done.vmId), ['LAN']);
    assert.deepEqual((await find(host, app.id))!.disks, app.disks);
  });

  test(`${name}: nothing that is there is overwritten`, async (context) => {
    const { host, begin, rejects, folder, app, turnOff } = await harness(context);
    await rejects(begin(), 'host/vm-exists');
    await rejects(begin({ newIdentity: true }), 'host/name-taken');
    await rejects(begin({ replaceExisting: true }), 'host/vm-running');
    await mkdir(join(folder, 'APP02'), { recursive: true });
    await writeFile(join(folder, 'APP02', 'mine.txt'), 'mine');
    await rejects(begin({ newIdentity: true, name: 'APP02' }), 'host/folder-taken');
    assert.deepEqual(await readdir(join(folder, 'APP02')), ['mine.txt']);
    await turnOff(app);
    await rejects(begin(), 'host/vm-exists');
    assert.deepEqual(await host.listResidue(), []);
  });

  test(`${name}: a VM that is off gives way when that is asked for, and its disks stay`, async (context) => {
    const { host, begin, write, app, turnOff, keepsIdentity } = await harness(context);
    await turnOff(app);
    const session = await begin({ replaceExisting: true });
    await write(session);
    const done = await session.complete();
    assert.equal(done.vmId === app.id, keepsIdentity);
    assert.equal((await host.listVms()).filter((vm) => vm.name === 'APP01').length, 1);
    for (const disk of app.disks) {
      assert.ok(await exists(disk.path), disk.path);
      assert.ok(done.warnings.some((warning) => warning.includes(disk.path)));
    }
  });

  test(`${name}: an import that fails and is undone leaves the host as it was, the replaced VM too`, async (context) => {
    const { host, begin, write, app, turnOff, failNext, folder } = await harness(context);
    await turnOff(app);
    const session = await begin({ replaceExisting: true });
    await write(session);
    await failNext();
    await assert.rejects(session.complete(), (error) => hasCode(error, 'host/import-failed', 'host/script-failed'));
    await session.abort('the import failed');
    const vm = (await find(host, app.id))!;
    assert.deepEqual([vm.name, vm.disks], ['APP01', app.disks]);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(await host.listResidue(), []);
  });

  test(`${name}: a restore that was dropped is residue, and cleaning it takes only what it made`, async (context) => {
    const { host, begin, write, folder } = await harness(context);
    const session = await begin({ newIdentity: true, name: 'dropped' });
    await write(session);
    await writeFile(join(folder, 'mine.txt'), 'mine');
    const left = await host.listResidue();
    assert.deepEqual(
      left.map((item) => [item.kind, item.run, item.vm]),
      [['restore', 'r1', 'dropped']],
    );
    await host.cleanResidue(left[0]!);
    assert.deepEqual(await readdir(folder), ['mine.txt']);
    assert.deepEqual(await host.listResidue(), []);
    await assert.rejects(session.complete(), (error) => hasCode(error, 'host/restore-gone'));
  });

  for (const replaceExisting of [false, true])
    test(`${name}: a restore killed when all but its note is done stands${replaceExisting ? ' in the place of another VM' : ''}`, async (context) => {
      const { host, begin, write, watchNote, app, turnOff } = await harness(context);
      await turnOff(app);
      const session = await begin(replaceExisting ? { replaceExisting } : { newIdentity: true, name: 'copy' });
      await write(session);
      const noteAgain = watchNote('r1');
      const done = await session.complete();
      await noteAgain();
      const [left] = await host.listResidue();
      assert.deepEqual([left?.kind, left?.run], ['restore', 'r1']);
      await host.cleanResidue(left!);
      assert.deepEqual(await host.listResidue(), []);
      const vm = await find(host, done.vmId);
      assert.deepEqual(
        [vm?.name, vm?.disks.map((disk) => disk.path)],
        [replaceExisting ? 'APP01' : 'copy', session.targets.map((one) => one.path)],
      );
      for (const { path } of session.targets) assert.ok(await exists(path), path);
      assert.equal((await host.listVms()).filter((one) => one.name === 'APP01').length, 1);
    });

  test(`${name}: a disk of a VM that is off is replaced, and the old one stays`, async (context) => {
    const { host, restorer, app, turnOff, rejects } = await harness(context);
    const begin = (disk: number): Promise<RestoreSession> =>
      restorer.beginDisk({ run: 'r2', vmId: app.id, disk, sizeBytes: 1024 }, () => undefined, quiet.signal);
    await rejects(begin(1), 'host/vm-running');
    await turnOff(app);
    await rejects(begin(7), 'host/disk-not-found');
    const dropped = await begin(1);
    await copyFile(app.disks[1]!.path, dropped.targets[0]!.path);
    const [left] = await host.listResidue();
    assert.equal(left!.kind, 'restore');
    await host.cleanResidue(left!);
    assert.ok(!(await exists(dropped.targets[0]!.path)));
    const session = await begin(1);
    await copyFile(app.disks[1]!.path, session.targets[0]!.path);
    const done = await session.complete();
    const vm = (await find(host, app.id))!;
    assert.deepEqual(
      vm.disks.map((disk) => disk.path),
      [app.disks[0]!.path, session.targets[0]!.path],
    );
    assert.ok(await exists(app.disks[1]!.path));
    assert.match(done.warnings.join(), /kept/);
    assert.deepEqual(await host.listResidue(), []);
  });
}
