import assert from 'node:assert/strict';
import { access, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import type { Hypervisor } from '#engine/ports';
import { updateLab, updateVm } from '../../../main/lab/state.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { quiet } from '../../fixtures/environment.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : false;
const [first, second] = [labVms[0]!, labVms[1]!];
const paths = ['checkpoint', 'shadow'] as const;

const names = [
  `O'Brien "the boss"`,
  'SQL [prod] * ? {x}',
  '  spaces  before and behind  ',
  'Pr\u00fcf-Server \u6f22\u5b57 \u{1F4BE}',
  '`$(Remove-Item /)` & | ; < > %PATH%',
  'x'.repeat(200),
];

async function backUp(host: Hypervisor, vmId: string): Promise<void> {
  const wanted = { vmId, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
  const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
  await session.complete();
}

for (const path of paths)
  test(`path ${path}: VMs of any name are found and backed up under it`, { skip }, async (context) => {
    const { host, world } = await simulate(context, { path, smallDisks: true });
    for (const name of names) {
      world.vmState.set(first.id, { name });
      assert.deepEqual((await host.listVms()).find((vm) => vm.id === first.id)?.name, name);
    }
    world.vmState.set(first.id, { name: names.join(' ').slice(0, 200) });
    await backUp(host, first.id);
    const left = await host.listResidue();
    assert.ok(left.every((item) => item.kind === 'reference-point' && item.vm === names.join(' ').slice(0, 200)));
  });

for (const path of paths)
  test(
    `path ${path}: of two VMs with one name each is backed up by its id, and both are warned of`,
    { skip },
    async (context) => {
      const { host, world } = await simulate(context, { path, smallDisks: true });
      world.vmState.set(second.id, { name: first.name });
      const twins = (await host.listVms()).filter((vm) => vm.name === first.name);
      assert.deepEqual(twins.map((vm) => vm.id).sort(), [first.id, second.id]);
      const warned = (await host.preflight()).filter((check) => check.id === 'name-unique');
      assert.deepEqual(
        warned.map((check) => check.verdict),
        ['warning', 'warning'],
      );
      // A run looks at its VM alone.
      for (const { id } of twins) {
        const [alone] = (await host.preflight([id])).filter((check) => check.id === 'name-unique');
        assert.equal(alone?.verdict, 'warning');
        await backUp(host, id);
      }
    },
  );

for (const path of paths)
  test(`path ${path}: a German host is understood`, { skip }, async (context) => {
    const { host, world } = await simulate(context, { path, locale: 'de', json: '5.1', smallDisks: true });
    await backUp(host, first.id);
    world.faults.push({ at: path === 'checkpoint' ? 'CreateSnapshot' : 'shadow-create', name: 'vss-failed', times: 1 });
    await assert.rejects(backUp(host, first.id), (error) => hasCode(error, 'host/vss-writer-failed'));
    assert.ok((await host.preflight([first.id])).every((check) => check.verdict !== 'blocking'));
  });

for (const path of paths)
  test(
    `path ${path}: a VM that was renamed since it was selected is backed up; one that was deleted or moved away is missed`,
    { skip },
    async (context) => {
      const { host, world } = await simulate(context, { path, smallDisks: true });
      const [selected] = await host.listVms();
      world.vmState.set(selected!.id, { name: 'Renamed' });
      await backUp(host, selected!.id);
      // Deleted, or moved to another host of the cluster: for this one it is the same.
      world.gone.add(selected!.id);
      await assert.rejects(backUp(host, selected!.id), (error) => hasCode(error, 'host/vm-not-found'));
      assert.deepEqual(
        (await host.listResidue()).filter((item) => item.kind !== 'reference-point'),
        [],
      );
    },
  );

for (const path of paths)
  test(`path ${path}: a VM whose disk was moved since it was selected is read where it lies now`, { skip }, async (context) => {
    const { host, home } = await simulate(context, { path, smallDisks: true });
    const [from] = (await host.listVms()).find((vm) => vm.id === first.id)!.disks;
    const to = `${from!.path}.moved.vhdx`;
    await rename(from!.path, to);
    await updateLab(home, (lab) => updateVm(lab, first.name, (vm) => ({ ...vm, heads: [to, ...vm.heads.slice(1)] })));
    const wanted = { vmId: first.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
    const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
    const { source } = session.disks[0]!;
    assert.ok('parents' in source);
    assert.ok(
      [source.path, ...(source.parents ?? [])].some((file) => file.endsWith(basename(to))),
      JSON.stringify(source),
    );
    await session.complete();
  });

test('a name that looks like code is never run', { skip }, async (context) => {
  const { host, world, home } = await simulate(context, { smallDisks: true });
  const mark = `${home}/executed`;
  world.vmState.set(first.id, { name: `'; [IO.File]::WriteAllText('${mark}','x'); '` });
  await backUp(host, first.id);
  world.vmState.set(first.id, { name: `$([IO.File]::WriteAllText("${mark}","x"))` });
  await backUp(host, first.id);
  await assert.rejects(access(mark));
});
