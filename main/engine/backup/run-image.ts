import {
  hasCode,
  toErrorData,
  type BackupOutcome,
  type ByteRange,
  type OnProgress,
  type RestorePoint,
  type RunId,
} from '#contract';
import type { LimitsNow } from '#engine/jobs';
import { keepReserve, listPoints, newPointId, publishPoint, type Repository, type RepositoryLock } from '#engine/repository';
import { describeImage } from '../formats/open-disk.ts';
import { lockOfRun } from './lock-of-run.ts';
import { withoutDamage } from './damaged-parents.ts';
import { withGuestVolumes } from './guest-volumes.ts';
import { keepLimits, unlimited } from './load/keep-limits.ts';
import { readLoad } from './load/read-load.ts';
import { backupDisks } from './pipeline/backup-disks.ts';
import { settlePacks } from './settle-packs.ts';
import { outcomeOf } from './run-backup.ts';
import { nothingRead } from './run-vm.ts';
import type { LeafThreads } from './pipeline/leaf-threads.ts';
import { planSkips } from './skip/plan-skips.ts';
import type { RunJournal } from './run-journal.ts';

export interface ImageRun {
  readonly repository: Repository;
  readonly journal: RunJournal;
  readonly run: RunId;
  readonly image: string;
  readonly vm: string;
  /** What changed since the latest point of this VM; the caller vouches for it. */
  readonly changed?: readonly ByteRange[];
  /** Whether what the guest does not use is left out. */
  readonly skipUnused: boolean;
  readonly limits?: () => LimitsNow;
  /** Threads that are up already; the caller ends them. */
  readonly lent?: LeafThreads | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Backs up a disk image without any host. Nothing brought its guest to rest, so the point is crash-consistent. */
export async function runImageBackup(context: ImageRun): Promise<BackupOutcome> {
  const { repository, journal, run, vm } = context;
  const startedAt = repository.clock.now();
  const load = readLoad();
  const keeper = keepLimits(load, context.limits ?? unlimited);
  const of = (result: BackupOutcome['result']) => ({
    run,
    result,
    durationMs: Math.max(0, repository.clock.now() - startedAt),
    cost: load.cost(),
  });
  journal.begin({ id: run, kind: 'image-backup', startedAt, pid: process.pid, repository: repository.id, vms: [vm] });
  let held: RepositoryLock | undefined;
  let { signal } = context;
  try {
    const lock = await lockOfRun(context);
    held = lock;
    signal = AbortSignal.any([signal, lock.signal]);
    await keepReserve(repository);
    const doubts = await settlePacks(repository);
    const latest = (await listPoints(repository)).points.findLast((point) => point.vm === vm);
    const parent = latest?.disks[0];
    const plan = {
      index: 0,
      label: 'disk0',
      source: await describeImage(context.image),
      ...(parent === undefined ? {} : { parent }),
      ...(context.changed === undefined ? {} : { changed: context.changed }),
    };
    const sound = await withoutDamage(repository, [plan]);
    const warnings = [...doubts, ...sound.warnings];
    const result = warnings.length > 0 ? 'warning' : 'success';
    const parentOfSkips = sound.warnings.length === 0 ? latest : undefined;
    const skipping = { enabled: context.skipUnused, quiesced: false, parent: parentOfSkips };
    const plans = await withGuestVolumes(sound.plans, load, (volumes) =>
      planSkips(repository, sound.plans, { ...skipping, volumes }),
    );
    const data = await backupDisks(repository, plans, { onProgress: context.onProgress, signal, lent: context.lent, load });
    const point: RestorePoint = {
      version: 1,
      id: newPointId(repository),
      vm,
      vmId: null,
      host: null,
      time: startedAt,
      consistency: 'crash',
      run,
      disks: data.disks,
      definition: [],
    };
    await lock.confirm();
    await publishPoint(repository, point);
    const fullReadReason =
      latest === undefined ? 'first backup of this VM' : context.changed === undefined ? 'an image has no change tracking' : null;
    const vmOutcome = {
      vm,
      vmId: vm,
      result,
      point: point.id,
      consistency: 'crash',
      fullReadReason,
      warnings,
      error: null,
    } as const;
    const outcome = outcomeOf([{ outcome: vmOutcome, ...data }], of(result));
    journal.end(run, result, outcome);
    return outcome;
  } catch (thrown) {
    // Why the run was stopped counts, not what broke when it was.
    const error: unknown = signal.aborted ? signal.reason : thrown;
    const result = hasCode(error, 'input/cancelled') ? 'cancelled' : 'failed';
    const stopped = {
      vm,
      vmId: vm,
      result,
      point: null,
      consistency: null,
      fullReadReason: null,
      warnings: [],
      error: toErrorData(error),
    } as const;
    journal.end(run, result, outcomeOf([{ outcome: stopped, ...nothingRead }], of(result)));
    throw error;
  } finally {
    keeper.stop();
    await held?.release();
  }
}
