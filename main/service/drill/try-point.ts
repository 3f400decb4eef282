/** One drill of one restore point: started, looked at, its data read, taken away, written down and signed. */
import { dirname, join } from 'node:path';
import {
  asHostkeepError,
  toErrorData,
  usualOverlayBytes,
  type DrillRecord,
  type DrillReport,
  type RestorePoint,
  type StepReport,
} from '#contract';
import { bootVerdict, judgeDrill, pngOf, signDrillRecord } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import { makeFolders, writeDurably } from '#files';
import { systemClock } from '../repositories.ts';
import { recoveryOf } from '../state/recoveries.ts';
import { rememberPoints } from '../state/points.ts';
import { beginRecovery, discardById, journalOf, type RecoveryWork, type Started } from '../recover/recover.ts';
import { tellDrill } from './tell-drill.ts';
import { verifyData } from './verify-data.ts';

export interface Trial {
  readonly repository: Repository;
  readonly repositoryFolder: string;
  readonly passphrase: string;
  readonly point: RestorePoint;
  readonly folder: string;
  readonly network: string | null;
  readonly listen: string | null;
  readonly waitMs: number;
  /** The key that signs, as PEM. */
  readonly key: string;
  /** Name and version of the program that verifies. */
  readonly by: string;
}

/** What goes wrong is the drill's result, and is written down like any other. @throws HostkeepError input/cancelled, drill/key-unfit, state/* */
export async function tryPoint(work: RecoveryWork, trial: Trial): Promise<DrillReport> {
  const { home, host, run } = work;
  const { point, repository } = trial;
  const report = journalOf(work, point.vm);
  const at = systemClock.now();
  const base = {
    version: 1,
    run,
    at: new Date(at).toISOString(),
    repository: repository.id,
    point: point.id,
    pointTime: new Date(point.time).toISOString(),
    vm: point.vm,
    host: host.record.name,
    network: trial.network ?? 'disconnected',
  } as const;
  const { started, error } = await startedAndSeen(work, trial);
  const undone = await takeAway(work, report);
  // Once the guest's memory is free again: a verification of large volumes takes its time.
  const data = await verifyData(work, trial, report);
  const boot = started?.seen ?? null;
  const booted = boot === null ? null : bootVerdict(boot);
  const verdict = undone && error === null ? judgeDrill(booted, data.verdict) : 'failed';
  const record: DrillRecord = {
    ...base,
    verdict,
    servedAfterMs: started?.servedAfterMs ?? null,
    startedAfterMs: started?.startedAfterMs ?? null,
    heartbeat: boot?.heartbeat ?? 'none',
    heartbeatAfterMs: boot?.heartbeatAfterMs ?? null,
    screen: boot?.screen ?? null,
    picture: boot?.picture === null || boot?.picture === undefined ? null : pngOf(boot.picture).toString('base64'),
    verification: data,
    undone,
    error: error === null ? null : `${toErrorData(error).code}: ${asHostkeepError(error).message}`,
  };
  const file = join(home.path, 'drills', `${run}.json`);
  await makeFolders(dirname(file), 0o700);
  await writeDurably(file, `${JSON.stringify(signDrillRecord(record, trial.key))}\n`);
  report({ step: 'record', side: 'console', state: verdict === 'passed' ? 'done' : 'warning', detail: `${verdict}: ${file}` });
  await rememberPoints(home.state, repository, systemClock.now());
  tellDrill(home, record, point);
  const { picture: _picture, ...rest } = record;
  return { run, verdict, file, record: rest };
}

interface Seen {
  readonly started: Started | null;
  readonly error: unknown;
}

async function startedAndSeen(work: RecoveryWork, trial: Trial): Promise<Seen> {
  try {
    const name = `${trial.point.vm} drill ${work.run}`;
    const fixed = { rebuild: false, start: true, drill: true, overlayLimitBytes: usualOverlayBytes };
    return { started: await beginRecovery(work, { ...trial, ...fixed, name }), error: null };
  } catch (error) {
    if (work.signal.aborted) await takeAway(work, journalOf(work, trial.point.vm));
    work.signal.throwIfAborted();
    return { started: null, error };
  }
}

/** Whether nothing of the drill is left, on the host and here. */
async function takeAway(work: RecoveryWork, report: (step: StepReport) => void): Promise<boolean> {
  try {
    await discardById(work, recoveryOf(work.home.state, work.run));
  } catch (error) {
    const { code, message } = asHostkeepError(error);
    // It never came to be.
    if (code !== 'input/not-found') {
      report({ step: 'discard', side: 'host', state: 'failed', detail: message });
      return false;
    }
  }
  return !(await work.host.recoverer.list()).some(({ run }) => run === work.run);
}
