import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BackupOutcome, RestoreOutcome } from '#contract';
import { labVms } from '../../main/lab/vms.ts';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const [fs01, , lnx01] = labVms;

test(
  'a host is added, checked in 80 columns with what to do, tested without a name in the report, and forgotten',
  { skip },
  async (context) => {
    const { json, run, folder, world } = await simulatedCommandLine(context, { locale: 'de' });
    world.vmState.set(lnx01!.id, { serviceEnabled: false });
    const place = ['--ledger', join(folder, 'ledger'), '--merge-wait', '5'];
    const added = await json<{ os: string; mergeWaitMinutes: number }>('host', 'add', 'HV01', ...place);
    assert.match(added.os, /Windows Server/);
    assert.equal(added.mergeWaitMinutes, 5);
    const twice = await run('host', 'add', 'hv01', '--no-check');
    assert.deepEqual([twice.status, /already known/.test(twice.stderr)], [2, true]);
    const checked = await run('host', 'check');
    context.diagnostic(`\n${checked.stdout}`);
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    assert.match(checked.stdout.replace(/\s+/g, ' '), /LNX01 .*start hv_vss_daemon/);
    for (const line of checked.stdout.split('\n')) assert.ok(line.length <= 80, line);
    const report = join(folder, 'report.json');
    const tested = await run('host', 'selftest', '--vm', 'FS01', '--report', report);
    const text = await readFile(report, 'utf8');
    const { items } = JSON.parse(text) as { items: { id: string; holds: boolean; found: string }[] };
    assert.deepEqual(
      items.filter((item) => !item.holds),
      [],
      tested.stdout,
    );
    const trial = items.filter((item) => item.id.startsWith('trial-')).map((item) => item.id.slice('trial-'.length));
    assert.deepEqual(trial, ['checkpoint', 'read', 'level', 'changes', 'left']);
    assert.doesNotMatch(text, /FS01|APP01|LNX01/);
    assert.equal((await run('host', 'remove', 'HV01')).status, 0);
    const gone = await run('host', 'check', 'HV01');
    assert.deepEqual([gone.status, /No host of this name/.test(gone.stderr)], [2, true]);
  },
);

test(
  'a VM is backed up by both paths; it comes back beside itself, and its disk in the place of the old one',
  { skip },
  async (context) => {
    const { json, run, folder, world } = await simulatedCommandLine(context);
    const ledger = ['--ledger', join(folder, 'ledger'), '--no-check'];
    await json('host', 'add', 'HV01', '--path', 'checkpoint', ...ledger);
    await json('host', 'add', 'HV02', '--path', 'shadow', ...ledger);
    for (const host of ['HV01', 'HV02']) {
      const { result, vms } = await json<BackupOutcome>('backup', '--host', host, '--vm', 'FS01', 'APP01');
      assert.deepEqual([result, vms.map((vm) => vm.consistency)], ['success', ['application', 'application']]);
    }
    const onHost = ['FS01@latest', '--host', 'HV01'] as const;
    const beside = ['--folder', join(folder, 'VMs'), '--new-identity', '--name', 'FS02', '--disconnect-network', '--start'];
    const restored = await json<RestoreOutcome>('restore-vm', ...onHost, ...beside);
    const [made] = [...world.made.values()];
    assert.deepEqual([made!.name, made!.state, restored.vm!.name], ['FS02', 'Running', 'FS02']);
    assert.equal(made!.id.toLowerCase(), restored.vm!.id);
    assert.ok(world.grants.has(`${restored.vm!.id}|${restored.files[0]!}`), 'the VM may open its disk');
    const taken = await run('--json', 'restore-vm', ...onHost, ...beside);
    assert.deepEqual([taken.status, /host\/name-taken/.test(taken.stdout)], [2, true]);

    const running = await run('--json', 'restore-disk', ...onHost, '--replace');
    assert.match(running.stdout, /host\/vm-running/);
    world.vmState.set(fs01!.id, { state: 'Off' });
    const replaced = await run('--json', 'restore-disk', ...onHost, '--replace');
    const { files, warnings } = JSON.parse(replaced.stdout) as RestoreOutcome;
    assert.deepEqual([replaced.status, files.length, /kept/.test(warnings[0]!)], [3, 1, true]);
    const shown = await run('run', 'show', restored.run);
    for (const step of ['place', 'write-disks', 'define-vm', 'attach-disks', 'grant-files', 'network', 'start-vm'])
      assert.match(shown.stdout, new RegExp(`\\+ \\w+ +${step}`), step);
  },
);

test(
  'what a run has left is listed with the command that removes it; what cannot be removed does not keep the rest',
  { skip },
  async (context) => {
    const { json, run, folder, world } = await simulatedCommandLine(context);
    const ledger = join(folder, 'ledger');
    await json('host', 'add', 'HV 01', '--ledger', ledger, '--no-check');
    world.faults.push({ at: 'Get-VHD', after: 'CreateSnapshot', name: 'host-dies', times: 1 });
    assert.equal((await run('backup', '--vm', 'LNX01')).status, 1);
    const torn = join(ledger, `${fs01!.id}.json`);
    await writeFile(torn, '{');
    const listed = await run('host', 'check');
    assert.match(listed.stdout, /left over: checkpoint of LNX01 from run [0-9a-f]{12}\n/);
    assert.match(listed.stdout, /hostkeep host check "HV 01" --clean/);
    const cleaned = await run('host', 'check', '--clean');
    assert.deepEqual([cleaned.status, world.snapshots], [1, []]);
    assert.match(cleaned.stdout, /cleaned: checkpoint of LNX01 .*\nleft over: notes that cannot be read: /);
    assert.match(cleaned.stdout, /Look with Get-VMSnapshot/);
    await rm(torn);
    const { residue, cleaned: again } = await json<{ residue: unknown[]; cleaned: unknown[] }>('host', 'check', '--clean');
    assert.deepEqual([residue, again], [[], []]);
  },
);

test(
  'a password needs a keystore, and is never written in the clear',
  { skip: skip || process.platform === 'win32' },
  async (context) => {
    const { run } = await simulatedCommandLine(context, {}, { HOSTKEEP_HOST_PASSWORD: 'pa$$"w`ord' });
    const { status, stderr } = await run('host', 'add', 'HV02', '--address', 'hv02', '--credential', 'admin', '--no-check');
    assert.equal(status, 1);
    assert.match(stderr, /no keystore that Hostkeep can use/);
  },
);
