import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { usualOverlayBytes, hasCode } from '#contract';
import type { Secrets } from '#engine/ports';
import { runBackup } from '#engine/backup';
import { readPoint } from '#engine/repository';
import { openHome, openRepositoryAt, type Home, type OpenHost } from '#service';
import { discardByHand, publicationOf } from '#service/publish';
import {
  beginRecovery,
  discardById,
  finaliseById,
  listRecoveries,
  recoveryOf,
  resumeById,
  type RecoveryWork,
  type StartWish,
} from '#service/recover';
import { rememberVms, seenVms } from '../../../main/service/state/inventory.ts';
import { findRun } from '../../../main/service/state/runs.ts';
import { placeRepositoryAt } from '../../fixtures/empty-repository.ts';
import { quiet } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';
import { program } from '../../fixtures/program.ts';

interface Bench {
  readonly home: Home;
  readonly host: OpenHost;
  /** What opens the repository, without a derivation. */
  readonly passphrase: string;
  readonly wish: StartWish;
  work(more?: Partial<RecoveryWork>): RecoveryWork;
}

/** A keystore as Windows has one: a secret is there for the next command as well. */
function keystoreInMemory(): Secrets {
  const kept = new Map<string, string>();
  return {
    get: async (name) => kept.get(name),
    set: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
  };
}

async function bench(context: TestContext): Promise<Bench> {
  // Hooks run in the order in which they were made: the folder goes last.
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  await copyLab(folder);
  const home: Home = { ...openHome(folder), secrets: keystoreInMemory() };
  const host = await home.hosts.open(home.hosts.select('lab'));
  const repositoryFolder = join(folder, 'repo');
  const passphrase = await placeRepositoryAt(repositoryFolder);
  const repository = await openRepositoryAt(repositoryFolder, async () => passphrase);
  const of = { hypervisor: host.hypervisor, hostName: 'LAB-HOST', repository, journal: home.journal, run: home.newRunId() };
  const backup = await runBackup({ ...of, policy: 'allow', truncateLogs: false, skipUnused: true, ...quiet }, { vms: ['LNX01'] });
  const point = await readPoint(repository, backup.points[0]!);
  const work: Bench['work'] = (more = {}) => {
    const run = { id: home.newRunId(), kind: 'recover', startedAt: Date.now(), repository: repository.id } as const;
    home.journal.begin({ ...run, pid: process.pid, vms: ['LNX01'] });
    return { home, host, program, run: run.id, ...quiet, ...more };
  };
  context.after(async () => {
    for (const one of listRecoveries(home.state)) await discardById(work(), one);
    await host.close();
    await repository.close();
    home.close();
    await rm(folder, { recursive: true, force: true });
  });
  const wish: StartWish = {
    repository,
    repositoryFolder,
    passphrase,
    point,
    folder: join(folder, 'VMs'),
    name: 'LNX01 now',
    network: null,
    rebuild: false,
    start: true,
    listen: null,
    overlayLimitBytes: usualOverlayBytes,
    waitMs: 20_000,
  };
  return { home, host, passphrase, wish, work };
}

test('a publisher that died is resumed at its address, with the secret that the host knows, and the VM goes on', async (context) => {
  const { home, host, passphrase, wish, work } = await bench(context);
  const started = await beginRecovery(work(), { ...wish, overlayLimitBytes: 2 ** 31 });
  assert.equal(started.heartbeat, 'ok');
  context.diagnostic(`served after ${started.servedAfterMs} ms, started after ${started.startedAfterMs} ms`);
  const one = recoveryOf(home.state, started.recovery);
  const onHost = await host.hypervisor.listVms();
  rememberVms(home.state, 'lab', onHost, Date.now());
  assert.ok(onHost.some(({ id }) => id === started.vm.id));
  assert.equal(seenVms(home.state).length, onHost.length - 1, 'a copy is no VM that misses a backup');
  const { run, served } = publicationOf(home.state, one.publication);
  process.kill(findRun(home.state, run).run.pid, 'SIGKILL');
  while (publicationOf(home.state, one.publication).state !== 'died') await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await host.recoverer.look(one.id, false)).heartbeat, 'lost');
  await assert.rejects(
    discardByHand(home.state, one.publication),
    { code: 'publish/of-recovery' },
    'what the VM wrote is its own',
  );
  const forgetful = work({ home: { ...home, secrets: keystoreInMemory() } });
  await assert.rejects(resumeById(forgetful, one, passphrase), { code: 'publish/secret-gone' }, 'without a keystore it says so');
  const { portal } = await resumeById(work(), recoveryOf(home.state, one.id), passphrase);
  assert.equal(portal, served!.portal);
  assert.equal(
    publicationOf(home.state, one.publication).definition.overlayLimitBytes,
    2 ** 31,
    'it may write as much as before',
  );
  assert.equal((await host.recoverer.look(one.id, false)).heartbeat, 'ok');
});

test('a finalise that is cancelled while it copies lets the VM run on, and is done later', async (context) => {
  const { home, host, passphrase, wish, work } = await bench(context);
  const { recovery } = await beginRecovery(work(), wish);
  const cancel = new AbortController();
  const cancelled = finaliseById(
    work({ signal: cancel.signal, onProgress: () => cancel.abort() }),
    recoveryOf(home.state, recovery),
    { turnOff: false, passphrase },
  );
  await assert.rejects(cancelled, (error) => hasCode(error, 'input/cancelled') || cancel.signal.aborted);
  assert.equal(recoveryOf(home.state, recovery).state, 'running');
  assert.equal((await host.recoverer.look(recovery, false)).heartbeat, 'ok');
  const done = await finaliseById(work(), recoveryOf(home.state, recovery), { turnOff: false, passphrase });
  assert.equal(done.files.length, 1);
  assert.deepEqual([await host.recoverer.list(), listRecoveries(home.state)], [[], []]);
});
