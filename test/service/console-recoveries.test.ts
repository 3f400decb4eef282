import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PointView, PublicationView, RecoveryLook, RecoveryView, RunDetail, VmView } from '#contract';
import { copyLab } from '../fixtures/lab.ts';
import { findRun } from '../../main/service/state/runs.ts';
import { testConsole } from './console-fixture.ts';

test('a VM at once through the handler: started, looked at, no VM that misses a backup, told when it cannot be resumed, discarded', async (context) => {
  const { ask, call, folder, services } = await testConsole(context);
  await copyLab(services.home.path);
  const ended = async ({ run }: { readonly run: string }): Promise<RunDetail> => {
    for (;;) {
      const detail = await ask<RunDetail>('runs.get', { run });
      if (detail.run.state !== 'running') return detail;
      await sleep(100);
    }
  };
  await ask('hosts.refresh', { host: 'lab' });
  const repo = { name: 'NAS', folder: join(folder, 'repo'), passphrase: 'correct horse battery' };
  const { repository } = await ask<{ repository: string }>('repositories.create', repo);
  const wish = { host: 'lab', repository, vms: ['LNX01'], consistency: 'allow', truncateLogs: false };
  await ended(await ask('backups.start', wish));
  const point = async (): Promise<PointView> => {
    for (;;) {
      const [found] = await ask<PointView[]>('points.list', { vm: 'LNX01', repository, limit: 1 });
      if (found !== undefined) return found;
      await sleep(100);
    }
  };
  const start = { repository, point: (await point()).id, host: 'lab', folder: join(folder, 'vms'), vmName: 'LNX01 now' };
  const started = await ended(await ask('recoveries.start', { ...start, switch: null, listen: null, rebuild: false }));
  assert.equal(started.run.state, 'success', started.run.error?.message);
  const [recovery] = await ask<RecoveryView[]>('recoveries.list');
  assert.deepEqual([recovery!.definition.name, recovery!.state, recovery!.publicationState], ['LNX01 now', 'running', 'serving']);
  const of = { recovery: recovery!.id };
  const look = await ask<RecoveryLook>('recoveries.look', { ...of, picture: true });
  assert.deepEqual([look.vmState, look.heartbeat], ['running', 'ok']);
  assert.equal(Buffer.from(look.picture!, 'base64').subarray(1, 4).toString('latin1'), 'PNG');
  assert.equal((await ask<RecoveryLook>('recoveries.look', { ...of, picture: false })).picture, null);
  assert.equal((await call('recoveries.look', { recovery: 'no such', picture: false })).code, 'input/not-found');
  await ask('hosts.refresh', { host: 'lab' });
  assert.ok((await ask<VmView[]>('vms.list')).every(({ name }) => name !== 'LNX01 now'));

  const [publication] = await ask<PublicationView[]>('publications.list');
  const served = await ask<RunDetail>('runs.get', { run: publication!.run });
  assert.equal(served.run.again, false, 'its secret is kept nowhere, so it cannot be run again');
  const kept = services.home.state.prepare("SELECT request FROM runs WHERE kind = 'publish'").all();
  const lines = kept.flatMap(({ request }) => (JSON.parse(String(request)) as { readonly lines: readonly string[] }).lines);
  assert.deepEqual(lines, [], 'what it read from standard input was the secret of CHAP');
  process.kill(findRun(services.home.state, publication!.run).run.pid, 'SIGKILL');
  while ((await ask<RecoveryView[]>('recoveries.list'))[0]!.publicationState !== 'died') await sleep(50);
  if (process.platform !== 'win32') {
    const resumed = await ended(await ask('recoveries.resume', of));
    assert.equal(resumed.run.error?.code, 'publish/secret-gone', 'this system has no keystore');
  }
  const discarded = await ended(await ask('recoveries.discard', of));
  assert.equal(discarded.run.state, 'success', discarded.run.error?.message);
  assert.deepEqual([await ask('recoveries.list'), await ask('publications.list')], [[], []]);
});
