import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FinaliseReport, PointSummary, PublicationView, RecoveryReport, RecoveryView, RunRecord } from '#contract';
import { openOverlaidDisk } from '#engine/recovery';
import { readPoint } from '#engine/repository';
import { openHome, openRepositoryAt } from '#service';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { readLab } from '../../main/lab/state.ts';
import { commandLine, type CommandLine } from '../fixtures/command-line.ts';
import { sha256 } from '../fixtures/environment.ts';

/** A lab with one backup of its Linux VM. What a test leaves published is ended. */
async function backedUp(context: TestContext): Promise<CommandLine> {
  const line = await commandLine(context, {
    before: async ({ json, run }) => {
      for (const one of await json<PublicationView[]>('publish', 'list'))
        if (one.state === 'serving') await run('publish', 'stop', one.id);
    },
  });
  await line.json('backup', '--vm', 'LNX01');
  return line;
}

test('a VM runs from the backup storage, is moved home byte for byte with what it wrote, and another is dropped without a trace', async (context) => {
  const line = await backedUp(context);
  const { folder, home, run, json } = line;
  const [point] = await json<PointSummary[]>('points');
  const raw = join(folder, 'before.raw');
  await json('restore-disk', point!.id, '--to', raw, '--format', 'raw');
  const start = ['recover', 'start', point!.id, '--host', 'lab', '--folder', join(folder, 'VMs'), '--wait', '300'];
  const picture = join(folder, 'screen.png');
  const first = await json<RecoveryReport>(...start, '--name', 'LNX01 now', '--picture', picture);
  assert.deepEqual([first.heartbeat, first.screen], ['ok', 'content']);
  await access(picture);
  const second = await json<RecoveryReport>(...start, '--name', 'LNX01 too');
  const listed = await json<RecoveryView[]>('recover', 'list');
  assert.deepEqual(
    listed.map(({ state, publicationState }) => [state, publicationState]),
    [
      ['running', 'serving'],
      ['running', 'serving'],
    ],
  );
  const vms = await json<{ name: string; state: string }[]>('vm', 'list', '--host', 'lab');
  assert.equal(vms.find((vm) => vm.name === 'LNX01 now')!.state, 'running');

  await json('recover', 'discard', second.recovery);
  assert.deepEqual(await readdir(join(folder, 'VMs')), ['LNX01 now']);

  await json('lab', 'fault', 'stop-vm', 'recovery-fails');
  const stuck = await run('--json', 'recover', 'finalise', 'LNX01 now');
  assert.match(stuck.stdout + stuck.stderr, /host\/guest-not-stopping/);
  const still = await json<{ state: string; vmState: string; heartbeat: string }>('recover', 'show', 'LNX01 now');
  assert.deepEqual([still.state, still.vmState, still.heartbeat], ['running', 'running', 'ok']);

  // What the finalised disk must be: the restore point with the overlay, read while the publisher rests.
  const expected = await contentNow(line, first);
  const moved = await json<FinaliseReport>('recover', 'finalise', 'LNX01 now');
  assert.ok(moved.overlayBytes >= 4096, 'the lab VM notes its boots');
  assert.equal(await contentOf(moved.files[0]!), expected);
  assert.notEqual(expected, await sha256(raw), 'and the VM has written');
  const after = join(folder, 'after.raw');
  await json('restore-disk', point!.id, '--to', after, '--format', 'raw');
  assert.equal(await sha256(after), await sha256(raw), 'the restore point never changes');
  assert.deepEqual([await json('recover', 'list'), await json('publish', 'list')], [[], []]);
  assert.deepEqual(Object.keys((await readLab(home)).recoveries ?? {}), []);
  const shown = (await run('run', 'show', first.recovery)).stdout;
  for (const step of ['place', 'serve-disks', 'connect-target', 'define-vm', 'start-vm', 'heartbeat', 'screen'])
    assert.match(shown, new RegExp(`\\+ \\w+ +${step}`), step);
  const runs = await json<RunRecord[]>('runs', '--limit', '50');
  assert.equal(runs.filter(({ kind, state }) => kind === 'recover' && state === 'success').length, 4);
});

test('a recovery that does not begin leaves nothing, and says why', async (context) => {
  const { folder, run, json } = await backedUp(context);
  const start = ['recover', 'start', 'LNX01@latest', '--host', 'lab', '--folder', join(folder, 'VMs'), '--wait', '0'];
  await json('lab', 'fault', 'start-vm', 'recovery-fails');
  const failed = await run('--json', ...start);
  assert.equal(failed.status, 1);
  assert.match(failed.stdout + failed.stderr, /host\/vm-start-failed/);
  const taken = await run(...start, '--name', 'FS01');
  assert.match(taken.stdout + taken.stderr, /Another VM on the host has this name/);
  assert.deepEqual([await json('recover', 'list'), await json('publish', 'list')], [[], []]);
  assert.deepEqual(await readdir(join(folder, 'VMs')), []);
});

/** Content of the published disk, while nobody writes. */
async function contentNow(of: CommandLine, { recovery, point }: RecoveryReport): Promise<string> {
  const repository = await openRepositoryAt(of.repo, async () => of.secret);
  const home = openHome(of.home);
  try {
    const disk = await openOverlaidDisk({ repository, point: await readPoint(repository, point) }, 0, {
      folder: join(of.home, 'publications', `r-${recovery}`),
      limitBytes: 2 ** 30,
    });
    try {
      return await digestOf(disk);
    } finally {
      await disk.close();
    }
  } finally {
    home.close();
    await repository.close();
  }
}

async function contentOf(path: string): Promise<string> {
  const disk = await openDisk({ format: 'vhdx', path });
  try {
    return await digestOf(disk);
  } finally {
    await disk.close();
  }
}

async function digestOf(disk: {
  readonly sizeBytes: number;
  read(at: number, into: Uint8Array): Promise<void>;
}): Promise<string> {
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1024 * 1024);
  for (let at = 0; at < disk.sizeBytes; at += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, disk.sizeBytes - at));
    await disk.read(at, part);
    hash.update(part);
  }
  return hash.digest('hex');
}
