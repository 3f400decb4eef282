/**
 * A shop with twenty VMs on a clock that jumps: real backups of small disks, faults, missed days, full disks. Weeks by default;
 * HOSTKEEP_VIRTUAL_DAYS=365 makes it a year.
 */
import assert from 'node:assert/strict';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HostkeepError, type JobInput, type RestorePoint } from '#contract';
import { planRetention } from '#engine/jobs';
import type { Clock, Hypervisor, VmFacts } from '#engine/ports';
import { openPointDisk } from '#engine/recovery';
import { checkRepository, initRepository, listPoints, openRepository } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { jobBook, listAlerts, openHome, pointsOfJob, runJob, takeDue } from '#service';
import { recordMissed, recordOutcome, recordTidied } from '../../../main/service/jobs/record.ts';
import { tidyAfter } from '../../../main/service/jobs/tidy.ts';
import { faultyStorage } from '../../fakes/faulty-storage.ts';
import { noise, passphrase, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const begin = Date.UTC(2026, 0, 1, 12);
const days = Number(process.env['HOSTKEEP_VIRTUAL_DAYS'] ?? 16);
const diskBytes = 64 * 1024;

/** Repeatable chance. */
function dice(seed: number): (chance: number) => boolean {
  let state = seed;
  return (chance) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 < chance;
  };
}

test('a virtual shop of twenty VMs: every point the policy promises restores, and the alerts are the faults', async (context) => {
  const folder = await temporaryFolder(context);
  const roll = dice(7);
  let now = begin;
  const clock: Clock = { now: () => now, sleep: async (milliseconds) => void (now += milliseconds) };
  let full = false;
  const storage = faultyStorage(memoryStorage(), (act, name) => {
    if (full && act.startsWith('before') && act !== 'before remove' && name.startsWith('packs/'))
      throw new HostkeepError('storage/full', { file: name });
  });
  await initRepository(storage, { passphrase, random, clock });
  const repository = await openRepository(storage, { secret: passphrase, random, clock });
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());

  const vms = Array.from({ length: 20 }, (_, at): VmFacts & { readonly path: string } => ({
    id: `vm-${at}`,
    name: `VM${String(at).padStart(2, '0')}`,
    state: 'running',
    generation: 2,
    configurationVersion: '9.0',
    guestOs: 'windows',
    reachable: 'application',
    disks: [],
    path: join(folder, `${at}.raw`),
  }));
  for (const [at, vm] of vms.entries()) await writeFile(vm.path, noise(diskBytes, at + 1));
  /** How often each VM's backup will fail. */
  const faults = new Map<string, number>();
  const hypervisor: Hypervisor = {
    facts: async () => ({ id: 'h', name: 'HV1', kind: 'lab', os: '', changeTracking: false }),
    listVms: async () => vms,
    preflight: async () => [],
    listResidue: async () => [],
    cleanResidue: async () => undefined,
    async beginBackup({ vmId }) {
      const left = faults.get(vmId) ?? 0;
      faults.set(vmId, Math.max(0, left - 1));
      if (left > 0) throw new HostkeepError('host/unreachable', { vm: vmId });
      const { path } = vms.find((vm) => vm.id === vmId)!;
      return {
        consistency: 'application',
        proven: true,
        atRest: true,
        consistencyNote: null,
        takenAt: now,
        disks: [{ index: 0, label: 'disk', source: { format: 'raw', path }, changed: { known: false, reason: 'no tracking' } }],
        definition: [],
        complete: async () => ({ referencePoint: null, logsTruncated: true, goesOn: null, unconfirmed: null }),
        abort: async () => undefined,
      };
    },
  };

  const book = jobBook({ home, now: () => now });
  const base = {
    host: 'lab',
    repository: { path: '/memory', passphrase: { kind: 'keystore' } },
    retention: { timeZone: 'Europe/Vienna', daily: 5, weekly: 3, monthly: 3, floor: 2, graceDays: 2 },
    skipUnused: false,
  } as const;
  const chosen = (from: number, to: number): JobInput['selection'] => ({
    kind: 'chosen',
    vms: vms.slice(from, to).map((vm) => vm.id),
  });
  const schedule = (recurrence: JobInput['schedule']['recurrence']) => ({ timeZone: 'Europe/Vienna', recurrence });
  const jobs = [
    await book.create({
      ...base,
      name: 'Daily',
      selection: chosen(0, 8),
      schedule: schedule({ kind: 'daily', times: ['22:00'] }),
    }),
    await book.create({
      ...base,
      name: 'Weekly',
      selection: chosen(8, 20),
      schedule: schedule({
        kind: 'monthly',
        on: { kind: 'weekday', which: 'last', weekday: 'friday' },
        months: [],
        times: ['23:00'],
      }),
    }),
  ];

  /** What the disks of each point held, by run time and VM: the test's own memory. */
  const held = new Map<string, Buffer>();
  const contents = new Map(vms.map((vm, at) => [vm.id, noise(diskBytes, at + 1)]));
  const expected: string[] = [];
  const failing = new Set<string>();
  let [recoveries, off] = [0, 0];
  for (let day = 0; day < days; day += 1) {
    for (const [at, vm] of vms.entries()) {
      const block = noise(4096, day * 31 + at + 1);
      const offset = ((day * 7 + at) % 16) * 4096;
      contents.get(vm.id)!.set(block, offset);
      const file = await open(vm.path, 'r+');
      await file.write(block, 0, block.length, offset);
      await file.close();
    }
    full = day === Math.floor(days / 3) || day === Math.floor(days / 1.6);
    if (roll(0.2)) off = day + 1 + (roll(0.5) ? 1 : 0);
    for (let hour = 0; hour < 24; hour += 1) {
      now = Math.max(now, begin + day * dayMs + hour * hourMs + 1);
      if (day < off) continue;
      for (const job of jobs) {
        const due = takeDue(home.state, job.id, now);
        if (!due.due) continue;
        if (recordMissed(home.state, job, due.missed, now).length > 0) expected.push(`run-missed ${job.name}`);
        for (const vm of vms) {
          faults.set(vm.id, 0);
          if (roll(0.08)) faults.set(vm.id, roll(0.6) ? 2 : 99);
        }
        const outcome = await runJob(
          { home, clock, random, hypervisor, hostName: 'HV1', repository, onProgress: quiet.onProgress, signal: quiet.signal },
          job,
        );
        for (const vm of outcome.vms) {
          const facts = vms.find((one) => one.name === vm.vm)!;
          const persistent = full || (faults.get(facts.id) ?? 0) > 0;
          assert.equal(vm.error !== null, persistent, `day ${day} ${vm.vm}: ${vm.error?.message}`);
          const key = `${job.name} ${vm.vm}`;
          if (persistent && !failing.has(key)) expected.push(`run-failed ${vm.vm}`);
          if (persistent) failing.add(key);
          else failing.delete(key);
          if (vm.point !== null) held.set(vm.point, Buffer.from(contents.get(facts.id)!));
        }
        recoveries += outcome.recovered.length;
        for (const _vm of outcome.recovered) expected.push('run-retried');
        recordOutcome(home.state, job, outcome, now);
        const tidied = await tidyAfter(repository, job, quiet);
        assert.equal(tidied.error, null, tidied.error?.message);
        recordTidied(home.state, job, tidied, now);
      }
    }
  }

  const alerts = listAlerts(home.state, { since: 0, limit: 10_000 });
  const told = alerts.flatMap((alert) => {
    if (alert.kind === 'run-retried') return ['run-retried'];
    return [`${alert.kind} ${alert.subject}`];
  });
  // A missed run that happens again before anything ran is the same alert, counted on.
  assert.deepEqual(told.toSorted(), expected.toSorted());
  assert.ok(expected.some((one) => one.startsWith('run-missed')) && expected.some((one) => one.startsWith('run-failed')));
  assert.ok(recoveries > 0, 'some were cleared by a retry');

  full = false;
  const { points } = await listPoints(repository);
  for (const job of jobs) {
    const promised = planRetention(await pointsOfJob(repository, job.id), job.retention!).filter((one) => one.reasons.length > 0);
    const there = points.filter((point) => point.job === job.id);
    assert.deepEqual(there.map((point) => point.id).toSorted(), promised.map((one) => one.point).toSorted());
  }
  assert.ok(points.length >= 8 * 5, `${points.length}`);
  for (const point of points) assert.ok((await diskOf(repository, point)).equals(held.get(point.id)!), `${point.vm} ${point.id}`);
  assert.deepEqual((await checkRepository(repository, { readData: true, repairIndex: false, ...quiet })).problems, []);
});

async function diskOf(repository: Awaited<ReturnType<typeof openRepository>>, point: RestorePoint): Promise<Buffer> {
  const disk = await openPointDisk(repository, point, 0);
  const bytes = Buffer.alloc(disk.sizeBytes);
  await disk.read(0, bytes);
  await disk.close();
  return bytes;
}
