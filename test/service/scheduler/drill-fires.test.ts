import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseInput, scheduleSchema } from '#contract';
import { runBackup } from '#engine/backup';
import { checkDrillRecord } from '#engine/recovery';
import { openHome, openRepositoryAt, runScheduler, statusReport } from '#service';
import { insertDrill, makeKeyFile } from '#service/drill';
import { drillHandledUntil } from '../../../main/service/state/drills.ts';
import { placeRepositoryAt } from '../../fixtures/empty-repository.ts';
import { quiet } from '../../fixtures/environment.ts';
import { farFrom } from '../../fixtures/far-from.ts';
import { copyLab } from '../../fixtures/lab.ts';
import { program } from '../../fixtures/program.ts';

const hourMs = 3_600_000;

test('a drill of the schedule fires when its time comes, starts its VM and leaves a signed record', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  await copyLab(folder);
  const home = openHome(folder);
  context.after(async () => {
    home.close();
    await rm(folder, { recursive: true, force: true });
  });
  const repositoryFolder = join(folder, 'repo');
  const secret = await placeRepositoryAt(repositoryFolder);
  const repository = await openRepositoryAt(repositoryFolder, async () => secret);
  const host = await home.hosts.open(home.hosts.select('lab'));
  const of = { hypervisor: host.hypervisor, hostName: 'LAB-HOST', repository, journal: home.journal, run: home.newRunId() };
  await runBackup({ ...of, policy: 'allow', truncateLogs: false, skipUnused: true, ...quiet }, { vms: ['LNX01'] });
  await host.close();
  await repository.close();
  const secretFile = join(folder, 'passphrase');
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
  const keyFile = join(folder, 'drill.pem');
  const publicKey = await makeKeyFile(keyFile);
  await mkdir(join(folder, 'trial'));

  let now = Date.now();
  const drill = insertDrill(
    home.state,
    home.newRunId(),
    {
      name: 'Every day',
      host: 'lab',
      vms: ['LNX01'],
      repository: { path: repositoryFolder, passphrase: { kind: 'file', path: secretFile } },
      folder: join(folder, 'trial'),
      switch: null,
      listen: null,
      waitSeconds: 60,
      keyFile,
      schedule: parseInput(scheduleSchema, { timeZone: 'UTC', recurrence: { kind: 'hourly', hours: 1, from: farFrom(now) } }),
    },
    now,
  );
  const pending = new Set<{ readonly instant: number; readonly act: () => void }>();
  const timers = {
    now: () => now,
    at(instant: number, act: () => void) {
      const entry = { instant, act };
      pending.add(entry);
      return () => void pending.delete(entry);
    },
  };
  const stop = new AbortController();
  const ended: (number | null)[] = [];
  const waiting: (() => void)[] = [];
  const nextEnd = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const first = nextEnd();
  const running = runScheduler({
    home,
    program,
    signal: stop.signal,
    timers,
    lookEveryMs: 20,
    note({ exitCode }) {
      if (exitCode === null) return;
      ended.push(exitCode);
      waiting.shift()?.();
    },
  });
  await first;
  assert.deepEqual([ended, await readdir(join(folder, 'trial'))], [[0], []], 'looked at when it was new, and not due');
  assert.equal(pending.size, 1, 'a wake is set');

  // The process that is woken has the clock of this computer: its last occurrence was answered two hours ago.
  home.state.prepare('UPDATE drills SET handled_until = ?').run(now - 2 * hourMs);
  const fired = nextEnd();
  const [wake] = pending;
  assert.ok(wake!.instant > now && wake!.instant <= now + hourMs, 'within the hour');
  now = wake!.instant;
  pending.delete(wake!);
  wake!.act();
  await fired;
  stop.abort();
  await running;
  assert.deepEqual(ended, [0, 0]);
  const [record, ...others] = await readdir(join(folder, 'drills'));
  assert.deepEqual(others, []);
  const checked = checkDrillRecord(await readFile(join(folder, 'drills', record!), 'utf8'), publicKey);
  const { verdict, heartbeat, undone, verification } = checked.record;
  assert.deepEqual([verdict, heartbeat, undone, verification.verdict], ['passed', 'ok', true, 'sound']);
  assert.ok(drillHandledUntil(home.state, drill.id) >= now - hourMs, 'answered');
  const { verification: verified, alerts } = statusReport(home.state, Date.now());
  assert.deepEqual(
    verified.map(({ vm, verified: report }) => [vm, report?.depth, report !== null && report.grade !== 'failed']),
    [['LNX01', 'sample', true]],
  );
  // A process that was woken two hours late was missed, too; it was caught up.
  assert.deepEqual(
    alerts.filter(({ clearedAt }) => clearedAt === null),
    [],
  );
});
