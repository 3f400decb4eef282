import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { basename, join } from 'node:path';
import { hasCode, type ConsistencyPolicy, type StepReport, type VmOutcome } from '#contract';
import { runBackup } from '#engine/backup';
import { listPoints, readPoint, type Repository } from '#engine/repository';
import { openHome } from '#service';
import { quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import type { Path } from '../matrix/cells.ts';
import { hostWith, victim } from '../matrix/run-cell.ts';
import { merge } from '../simulator/cim/snapshots.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

/** One host and one repository; backs the VM up as the engine does it. */
async function bench(context: TestContext, path: Path = 'checkpoint') {
  const simulation = await simulate(context, { path, smallDisks: true });
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const plain = await quickRepository();
  /** What happens while a restore point is being published. */
  const meanwhile: { act: () => Promise<void> } = { act: async () => undefined };
  const write: Repository['storage']['write'] = async (name, bytes) => {
    if (name.startsWith('points/')) await meanwhile.act();
    return plain.storage.write(name, bytes);
  };
  const repository: Repository = { ...plain, storage: { ...plain.storage, write } };
  const backUp = async (policy: ConsistencyPolicy): Promise<VmOutcome> => {
    const hypervisor = hostWith(simulation, path, 60);
    const of = { hypervisor, hostName: 'HV01', repository, journal: home.journal, run: home.newRunId(), ...quiet };
    const { vms } = await runBackup({ ...of, policy, truncateLogs: true, skipUnused: true }, { vms: [victim.id] });
    return vms[0]!;
  };
  return { ...simulation, repository, backUp, meanwhile };
}

test(
  'a point says application once the host has vouched for it, and crash where the host fell back',
  { skip },
  async (context) => {
    const { world, repository, backUp } = await bench(context);
    const sound = await backUp('require');
    assert.deepEqual([sound.result, sound.consistency], ['success', 'application']);
    assert.equal((await readPoint(repository, sound.point!)).consistency, 'application');
    const fallBack = (): void => void world.faults.push({ at: 'CreateSnapshot', name: 'silent-fallback', times: 1 });
    fallBack();
    const required = await backUp('require');
    assert.deepEqual([required.result, required.error?.code], ['failed', 'host/consistency-not-reached']);
    assert.equal((await readPoint(repository, required.point!)).consistency, 'crash');
    fallBack();
    const warned = await backUp('warn');
    assert.deepEqual([warned.result, warned.consistency], ['warning', 'crash']);
    assert.match(warned.warnings[0]!, /^crash consistency only/);
    assert.equal((await readPoint(repository, warned.point!)).consistency, 'crash');
    assert.equal(world.points.filter((point) => point.ours).length, 1);
  },
);

test(
  'a host that does not say whether the guest took part is not taken at its job’s word: the point claims a crash, and says why',
  { skip },
  async (context) => {
    const { world, repository, backUp } = await bench(context);
    world.faults.push({ at: 'CreateSnapshot', name: 'level-untold', times: 1 });
    const untold = await backUp('warn');
    assert.deepEqual([untold.result, untold.consistency, untold.error], ['warning', 'crash', null]);
    assert.match(untold.warnings[0]!, /could not say/);
    assert.equal((await readPoint(repository, untold.point!)).consistency, 'crash');
    world.faults.push({ at: 'CreateSnapshot', name: 'level-untold', times: 1 });
    const required = await backUp('require');
    assert.deepEqual(
      [required.result, required.consistency, required.error?.code],
      ['failed', 'crash', 'host/consistency-not-reached'],
    );
    assert.equal((await readPoint(repository, required.point!)).consistency, 'crash', 'the point is kept, and claims nothing');
    assert.equal((await backUp('require')).consistency, 'application');
  },
);

test(
  'what VSS calls retryable is tried again within the first attempt of a job, and by the job after that',
  { skip },
  async (context) => {
    const simulation = await bench(context);
    const { world } = simulation;
    const hypervisor = hostWith(simulation, 'checkpoint', 60);
    const tries = async (attempt: number): Promise<number> => {
      world.calls.length = 0;
      world.faults.push({ at: 'CreateSnapshot', name: 'vss-retryable', times: 9 });
      const steps: StepReport[] = [];
      const wanted = {
        vmId: victim.id,
        run: 'r1',
        policy: 'require',
        truncateLogs: true,
        since: null,
        repository: 'repo',
        attempt,
      } as const;
      const begun = hypervisor.beginBackup(wanted, (step) => steps.push(step), quiet.signal);
      await assert.rejects(begun, (error) => hasCode(error, 'host/vss-writer-retryable'));
      world.faults.length = 0;
      return world.calls.filter((call) => call === 'CreateSnapshot').length;
    };
    assert.equal(await tries(0), 3);
    assert.equal(await tries(1), 1);
  },
);

for (const [fault, why] of [
  ['vm-saved', /has saved the VM/],
  ['vm-left-out', /does not say that it took the VM along/],
] as const)
  test(`path A, ${fault}: the writer’s success is not taken for the guest’s, and nobody truncates`, { skip }, async (context) => {
    const { world, host, repository, backUp } = await bench(context, 'shadow');
    const strike = (): void => void world.faults.push({ at: 'shadow-create', name: fault, times: 1 });
    strike();
    const required = await backUp('require');
    assert.deepEqual([required.error?.code, required.point], ['host/consistency-not-reached', null]);
    assert.deepEqual([await host.listResidue(), world.shadows], [[], []]);
    strike();
    const warned = await backUp('warn');
    assert.deepEqual([warned.result, warned.consistency], ['warning', 'crash']);
    assert.match(warned.warnings[0]!, why);
    assert.equal((await readPoint(repository, warned.point!)).consistency, 'crash');
    assert.deepEqual(world.truncated, []);
    assert.equal((await backUp('require')).consistency, 'application');
    assert.ok(world.truncated.some((id) => id === victim.id));
  });

test(
  'path A: an end of the backup that nobody has seen is a warning, and does not count as truncation',
  { skip },
  async (context) => {
    const { world, host, backUp } = await bench(context, 'shadow');
    world.faults.push({ at: 'shadow-end', name: 'job-fails', times: 1 });
    const unseen = await backUp('require');
    assert.deepEqual([unseen.result, unseen.consistency, unseen.error], ['warning', 'application', null]);
    assert.match(unseen.warnings[0]!, /did not confirm.*whether guests truncate is not known/);
    assert.deepEqual([await host.listResidue(), world.shadows, world.truncated], [[], [], []]);
    const next = await backUp('require');
    assert.deepEqual([next.result, next.warnings], ['success', []]);
  },
);

test(
  'path A takes the volume of the configuration along: without it the writer would leave the VM out',
  { skip },
  async (context) => {
    const configurationAt = await temporaryFolder(context);
    const { host, world } = await simulate(context, { path: 'shadow', smallDisks: true, configurationAt, locale: 'de' });
    const wanted = {
      vmId: victim.id,
      run: 'r1',
      policy: 'require',
      truncateLogs: true,
      since: null,
      repository: 'repo',
    } as const;
    const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
    assert.deepEqual([session.consistency, world.shadows.length], ['application', 2]);
    assert.ok(session.definition.some(({ name }) => name.endsWith('.vmcx')));
    assert.equal((await session.complete()).unconfirmed, null);
    assert.deepEqual([await host.listResidue(), world.shadows], [[], []]);
  },
);

test(
  'a checkpoint that somebody removes while it is read leaves no restore point, and the next run makes one',
  { skip },
  async (context) => {
    const { world, repository, backUp, meanwhile } = await bench(context);
    const before = await backUp('require');
    meanwhile.act = async () => {
      // Another console cleans up, or another product does; then the disks are merged.
      world.snapshots = [];
      await merge(world, victim);
    };
    const torn = await backUp('require');
    meanwhile.act = async () => undefined;
    assert.deepEqual(
      [torn.result, torn.error?.code, torn.point, torn.consistency],
      ['failed', 'host/checkpoint-gone', null, null],
    );
    const ids = async (): Promise<readonly string[]> => (await listPoints(repository)).points.map(({ id }) => id);
    assert.deepEqual(await ids(), [before.point]);
    const next = await backUp('require');
    assert.deepEqual([next.result, await ids()], ['success', [before.point, next.point]]);
  },
);

test(
  'a host that has logged damage of its change tracking is not asked what changed: the disk is read whole, once',
  { skip },
  async (context) => {
    const { world, host, backUp } = await bench(context);
    await backUp('require');
    assert.equal((await backUp('require')).fullReadReason, null);
    const log = 'Microsoft-Windows-VHDMP-Operational';
    const at = new Date();
    world.events.push({ log, id: 9, at, text: 'Die VHD-Datei C:\\anderswo\\fremd.vhdx wurde ge\u00e4ndert.' });
    assert.equal((await backUp('require')).fullReadReason, null, 'another disk');
    const { disks } = (await host.listVms()).find(({ id }) => id === victim.id)!;
    world.events.push({ log, id: 9, at: new Date(), text: `Die VHD-Datei ${disks[0]!.path} wurde ge\u00e4ndert.` });
    assert.match((await backUp('require')).fullReadReason ?? '', /damaged \(event 9\)/);
    assert.equal((await backUp('require')).fullReadReason, null, 'what was logged before the last checkpoint is over');
    const logged = async (event: { readonly text: string; readonly values?: readonly (string | number)[] }) => {
      world.events.push({ log, id: 10, at: new Date(), ...event });
      return (await backUp('require')).fullReadReason;
    };
    const file = basename(disks[0]!.path);
    const checkpoint = `${basename(file, '.vhdx')}_1DAD4D6B-7A0E-4C4D-9F52-CE35B8A6B8B0.avhdx`;
    const text = 'Fehler beim Aktualisieren der \u00c4nderungsnachverfolgung.';
    assert.equal(await logged({ text, values: ['C:\\anderswo\\fremd.vhdx', 5] }), null, 'the values name another disk');
    assert.match((await logged({ text, values: [`\\Device\\HarddiskVolume3\\VMs\\${file}`, 5] })) ?? '', /damaged \(event 10\)/);
    assert.match((await logged({ text: '', values: [`C:\\VMs\\${checkpoint}`, 5] })) ?? '', /damaged/, 'a checkpoint of it');
    assert.match((await logged({ text, values: [] })) ?? '', /damaged/, 'it names no disk, so it may be any');
  },
);

for (const path of ['checkpoint', 'shadow'] as const)
  test(
    `of a VM that is saved or paused the path ${path} says that its guest took no part, and that its memory is not in it`,
    { skip },
    async (context) => {
      const { world, host } = await bench(context, path);
      const wanted = { vmId: victim.id, run: 'r1', policy: 'warn', truncateLogs: true, since: null, repository: 'repo' } as const;
      for (const state of ['Saved', 'Paused']) {
        world.vmState.set(victim.id, { state });
        const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
        assert.deepEqual([session.consistency, session.atRest], ['crash', false]);
        assert.match(session.consistencyNote ?? '', new RegExp(`not running \\(${state}\\).*memory is not in the backup`));
        await session.abort('test');
      }
    },
  );

test(
  'a disk that the checkpoint leaves as it is is not read while its guest writes into it, and the run says so',
  { skip },
  async (context) => {
    const { world, host } = await bench(context);
    const { id: vmId, disks } = (await host.listVms()).find(({ name }) => name === 'APP01')!;
    const steps: StepReport[] = [];
    const wanted = { vmId, run: 'r1', policy: 'warn', truncateLogs: false, since: null, repository: 'repo' } as const;
    const begin = () => host.beginBackup(wanted, (step) => steps.push(step), quiet.signal);
    world.vmState.set(vmId, { sharedDisk: 1 });
    const session = await begin();
    assert.deepEqual(
      session.disks.map(({ source }) => source.path),
      [disks[0]!.path],
    );
    assert.ok(steps.some(({ state, detail = '' }) => state === 'warning' && detail.includes(disks[1]!.path)));
    await session.abort('test');
    world.vmState.set(vmId, { sharedDisk: null });
    const whole = await begin();
    assert.equal(whole.disks.length, 2);
    await whole.abort('test');
  },
);

for (const path of ['checkpoint', 'shadow'] as const)
  test(`a VM that is started after it was found off is crash consistent on the path ${path}`, { skip }, async (context) => {
    const { world, host, backUp } = await bench(context, path);
    const turnOff = (): void => void world.vmState.set(victim.id, { state: 'Off' });
    turnOff();
    assert.equal((await backUp('require')).consistency, 'file-system');
    world.onCall = (call) => {
      if (call === (path === 'checkpoint' ? 'CreateSnapshot' : 'shadow-create'))
        world.vmState.set(victim.id, { state: 'Running' });
    };
    const started = await backUp('warn');
    assert.deepEqual([started.result, started.consistency], ['warning', 'crash'], JSON.stringify(started));
    assert.match(started.warnings[0]!, /was started meanwhile/);
    turnOff();
    const required = await backUp('require');
    assert.deepEqual([required.error?.code, required.point], ['host/consistency-not-reached', null]);
    assert.deepEqual(
      (await host.listResidue()).filter(({ kind }) => kind !== 'reference-point'),
      [],
      'it is taken back',
    );
  });

test('what another console has open on the host is left alone, and its run goes on', { skip }, async (context) => {
  const { world, host, backUp } = await bench(context);
  const other = {
    vmId: victim.id,
    run: 'of-another-console',
    policy: 'require',
    truncateLogs: true,
    since: null,
    repository: 'repo',
  } as const;
  const session = await host.beginBackup(other, () => undefined, quiet.signal);
  const mine = await backUp('require');
  assert.deepEqual([mine.error?.code, mine.point], ['host/residue', null]);
  assert.equal(world.snapshots.length, 1, 'its checkpoint is there');
  assert.ok((await session.complete()).referencePoint !== null);
  assert.equal((await backUp('require')).result, 'success');
});
