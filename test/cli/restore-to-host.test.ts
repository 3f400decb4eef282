import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PointSummary, RestoreOutcome } from '#contract';
import { updateLab, updateVm } from '../../main/lab/state.ts';
import { commandLine } from '../fixtures/command-line.ts';
import { sha256 } from '../fixtures/environment.ts';

test('a VM comes back onto its host beside the old one, and a disk takes the place of another, as runs with steps', async (context) => {
  const { folder, home, run, json } = await commandLine(context);
  await json('backup', '--vm', 'LNX01');
  const [point] = await json<PointSummary[]>('points');
  const raw = join(folder, 'disk.raw');
  await json('restore-disk', point!.id, '--to', raw, '--format', 'raw');

  const refused = await run('restore-vm', point!.id, '--host', 'lab', '--folder', join(folder, 'VMs'));
  assert.equal(refused.status, 2, refused.stdout);
  assert.match(refused.stderr, /identity is already on the host[\s\S]*--new-identity/);

  const beside = ['--new-identity', '--name', 'LNX02', '--disconnect-network', '--start'];
  const outcome = await json<RestoreOutcome>(
    'restore-vm',
    point!.id,
    '--host',
    'lab',
    '--folder',
    join(folder, 'VMs'),
    ...beside,
  );
  assert.deepEqual([outcome.result, outcome.vm!.name, outcome.files.length], ['success', 'LNX02', 1]);
  const vms = await json<{ name: string; state: string; disks: { path: string }[] }[]>('vm', 'list', '--host', 'lab');
  const restored = vms.find((vm) => vm.name === 'LNX02')!;
  assert.deepEqual([restored.state, restored.disks.map((disk) => disk.path)], ['running', outcome.files]);
  const shown = (await run('run', 'show', outcome.run)).stdout;
  for (const step of ['place', 'write-disks', 'define-vm', 'attach-disks', 'grant-files', 'network', 'start-vm'])
    assert.match(shown, new RegExp(`\\+ \\w+ +${step}`), step);
  assert.ok(
    shown.split('\n').every((line) => line.length <= 80),
    shown,
  );

  const running = await run('restore-disk', point!.id, '--replace', '--host', 'lab');
  assert.equal(running.status, 1);
  assert.match(running.stderr, /The VM is running/);
  await updateLab(home, (lab) => updateVm(lab, 'LNX01', (vm) => ({ ...vm, off: true })));
  const replaced = await json<RestoreOutcome>('restore-disk', point!.id, '--replace', '--host', 'lab');
  assert.deepEqual([replaced.result, replaced.files.length], ['warning', 1]);
  assert.match(replaced.warnings[0]!, /kept/);
  // What the VM has now is what was backed up: a backup of it gives the same bytes.
  const again = await json<{ points: string[] }>('backup', '--vm', 'LNX01');
  const second = join(folder, 'second.raw');
  await json('restore-disk', again.points[0]!, '--to', second, '--format', 'raw');
  assert.equal(await sha256(second), await sha256(raw));
});
