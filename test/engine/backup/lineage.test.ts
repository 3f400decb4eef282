import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { applyCheckpoint, keepCheckpoint, labHypervisor } from '#lab';
import { goesOnFrom, type DiskFiles } from '../../../main/engine/backup/lineage.ts';
import { clock, random, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpAcrossReverts, backUpReplaced, guestOn } from '../../fixtures/lineage.ts';
import { createSmallLab } from '../../powershell/simulator/small-lab.ts';

async function labOf(context: TestContext) {
  const home = await temporaryFolder(context);
  await createSmallLab(home);
  return { home, host: labHypervisor(home, { clock, random }) };
}

test('a VM that was put back to a checkpoint between two backups is read whole, though the host says that little has changed', async (context) => {
  const lab = await labOf(context);
  const keep = () => keepCheckpoint(lab.home, 'LNX01');
  await backUpAcrossReverts(await guestOn(context, lab), { keep, apply: () => applyCheckpoint(lab.home, 'LNX01') });
});

test('a disk whose file was replaced by one of the same name and identity is read whole', async (context) => {
  await backUpReplaced(await guestOn(context, await labOf(context)));
});

const files = (...names: readonly string[]): DiskFiles => names.map((name) => ({ name, number: name }));

test('a disk goes on from files that are all there still, at the root of what it lies on now', () => {
  assert.ok(goesOnFrom(files('base'), files('base')));
  assert.ok(goesOnFrom(files('c', 'b', 'base'), files('b', 'base')), 'a checkpoint was made');
  assert.ok(!goesOnFrom(files('c', 'base'), files('b', 'base')), 'one was applied');
  assert.ok(!goesOnFrom(files('base'), files('b', 'base')), 'one was merged');
  assert.ok(!goesOnFrom(files('b', 'other'), files('b', 'base')));
  assert.ok(!goesOnFrom(files('base'), []), 'nothing is known of it');
  assert.ok(!goesOnFrom([{ name: 'base', number: '2' }], files('base')), 'another file of that name');
  assert.ok(goesOnFrom([{ name: 'base', number: null }], [{ name: 'base', number: null }]), 'where files have no numbers');
});
