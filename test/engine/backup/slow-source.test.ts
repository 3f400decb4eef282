/**
 * The latency limit against a disk that is truly slow: a file behind FUSE whose server lets so many requests a second through, as an
 * overloaded host does.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunCost } from '#contract';
import { runImageBackup } from '#engine/backup';
import { folderRepository, noise, quiet } from '../../fixtures/environment.ts';
import { needs } from '../../fixtures/tools.ts';

const tools = { 'qemu-storage-daemon': 'qemu-system-common', fusermount3: 'fuse3' };
const mib = 1024 * 1024;
const journal = { begin: () => undefined, end: () => undefined } as unknown as Parameters<typeof runImageBackup>[0]['journal'];
const diskBytes = 12 * mib;
/** The kernel asks FUSE for 128 KiB at most: a piece of 512 KiB is four requests. */
const requestsPerSecond = 60;

/** Shows a file again, at so many requests a second. */
async function slowFile(context: TestContext): Promise<{ readonly fast: string; readonly slow: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  const [fast, slow] = [join(folder, 'fast.raw'), join(folder, 'slow.raw')];
  await writeFile(fast, noise(diskBytes, 1));
  await writeFile(slow, '');
  const daemon = spawn(
    'qemu-storage-daemon',
    [
      '--object',
      `throttle-group,id=host,limits.iops-total=${requestsPerSecond}`,
      '--blockdev',
      `driver=file,node-name=file,filename=${fast},read-only=on`,
      '--blockdev',
      'driver=raw,node-name=raw,file=file,read-only=on',
      '--blockdev',
      'driver=throttle,node-name=slow,throttle-group=host,file=raw,read-only=on',
      '--export',
      `type=fuse,id=export,node-name=slow,mountpoint=${slow},writable=off`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  context.after(async () => {
    daemon.kill('SIGTERM');
    // It takes its mount away before it ends.
    if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
    await rm(folder, { recursive: true, force: true });
  });
  for (let looks = 0; (await stat(slow)).size !== diskBytes; looks += 1) {
    assert.ok(looks < 500 && daemon.exitCode === null, 'the slow file was not mounted');
    await sleep(20);
  }
  return { fast, slow };
}

test('a slow host is let rest as the latency limit says, and a run that goes on as fast as it can is not held', async (context) => {
  if (!needs(context, tools)) return;
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount a FUSE file');
  const { fast, slow } = await slowFile(context);
  const backup = async (vm: string, path: string, latencyMs: number | null): Promise<RunCost> => {
    const repository = await folderRepository(context);
    const limits = () => ({ vmsAtOnce: 1, bytesPerSecond: null, latencyMs });
    const done = await runImageBackup({ repository, journal, run: vm, image: path, vm, skipUnused: false, limits, ...quiet });
    assert.equal(done.result, 'success');
    return done.cost;
  };
  const free = await backup('free', slow, null);
  assert.equal(free.heldMs, 0);
  assert.ok(free.readBytes >= diskBytes);
  const limited = await backup('limited', slow, 20);
  const healthy = await backup('healthy', fast, 600_000);
  context.diagnostic(JSON.stringify({ free, limited, healthy }));
  // What the rests are worth to others is seen in virtual time (read-load.test.ts): wall times beside each other are no proof.
  assert.ok(limited.heldMs > 0, `held for ${limited.heldMs} ms`);
  assert.equal(healthy.heldMs, 0, 'a host that answers in time is not slowed');
});
