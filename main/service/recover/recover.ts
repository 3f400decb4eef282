/** What the commands on recoveries do, with everything real: host, repository, publisher. Each is the work of one run. */
import {
  HostkeepError,
  type FinaliseReport,
  type OnProgress,
  type RecoveryReport,
  type RecoveryView,
  type RestorePoint,
  type RunId,
  type StepReport,
} from '#contract';
import {
  discardRecovery,
  finaliseRecovery,
  parseListenAddress,
  startRecovery,
  watchBoot,
  type BootSeen,
  type DiskPublisher,
  type RecoveryContext,
  type RecoveryWanted,
} from '#engine/recovery';
import { readPoint, type Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import type { OpenHost } from '../hosts.ts';
import { openRepositoryAt, systemClock } from '../repositories.ts';
import type { Program } from '../start-run.ts';
import { publicationOf } from '../state/publications.ts';
import { claimRecovery, insertRecovery, publicationOfRecovery, releaseRecovery, removeRecovery } from '../state/recoveries.ts';
import { cleanRecoveries } from './clean-recoveries.ts';
import { discardPublisher, processPublisher, stopPublisher } from './process-publisher.ts';

export interface RecoveryWork {
  readonly home: Home;
  readonly host: OpenHost;
  readonly program: Program;
  readonly run: RunId;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface StartWish extends RecoveryWanted {
  readonly repository: Repository;
  readonly repositoryFolder: string;
  readonly passphrase: string;
  readonly point: RestorePoint;
  /** Null: this computer's loopback, where the host is this computer. */
  readonly listen: string | null;
  readonly overlayLimitBytes: number;
  /** It is a trial, and does not outlive its run. */
  readonly drill?: boolean;
  /** How long to wait for the guest's heartbeat; 0 does not wait. */
  readonly waitMs: number;
}

export interface Started extends RecoveryReport {
  readonly seen: BootSeen | null;
}

/** @throws HostkeepError host/*, publish/*, overlay/*, input/* */
export async function beginRecovery(work: RecoveryWork, wish: StartWish): Promise<Started> {
  const { home, host, run } = work;
  const { point, repository } = wish;
  const report = journalOf(work, point.vm);
  await cleanRecoveries(work, report);
  const definition = {
    folder: wish.folder,
    network: wish.network,
    drill: wish.drill === true,
    vmId: null,
    name: wish.name,
    servedAfterMs: null,
    startedAfterMs: null,
    heartbeatAfterMs: null,
  };
  const listen = listenFor(host, wish.listen);
  insertRecovery(home.state, {
    id: run,
    host: host.record.name,
    repository: repository.id,
    repositoryFolder: wish.repositoryFolder,
    point: point.id,
    vm: point.vm,
    startedAt: systemClock.now(),
    definition,
  });
  const publisher = processPublisher({ ...work, ...wish, recovery: run, first: { ...wish, listen } });
  const context = contextOf(work, { repository, point, publisher, report });
  const started = await startRecovery(context, wish).catch((error: unknown) => {
    removeRecovery(home.state, run);
    throw error;
  });
  const { vmId, name, served, servedAfterMs, startedAfterMs, warnings } = started;
  const running = { ...definition, vmId, name, servedAfterMs, startedAfterMs };
  releaseRecovery(home.state, run, running);
  // From here on it runs, whatever becomes of this command.
  const seen = wish.waitMs > 0 && wish.start ? await watchBoot(context, { recovery: run, waitMs: wish.waitMs }) : null;
  if (seen !== null) releaseRecovery(home.state, run, { ...running, heartbeatAfterMs: seen.heartbeatAfterMs });
  return {
    recovery: run,
    host: host.record.name,
    point: point.id,
    vm: { id: vmId, name },
    portal: `${served.address}:${served.port}`,
    iqn: served.iqn,
    servedAfterMs,
    startedAfterMs,
    heartbeat: seen?.heartbeat ?? null,
    heartbeatAfterMs: seen?.heartbeatAfterMs ?? null,
    screen: seen?.screen ?? null,
    warnings,
    seen,
  };
}

/** @throws HostkeepError host/*, repository/*, recovery/target-*, input/not-found */
export async function finaliseById(
  work: RecoveryWork,
  recovery: RecoveryView,
  how: { readonly turnOff: boolean; readonly passphrase: string },
): Promise<FinaliseReport> {
  const { home, host } = work;
  const report = journalOf(work, recovery.vm);
  return withPublisher(work, recovery, how.passphrase, async ({ repository, point, publisher }) => {
    await cleanRecoveries(work, report, { recovery: recovery.id, publisher });
    claimRecovery(home.state, recovery.id, 'finalise');
    const context = contextOf(work, { repository, point, publisher, report });
    try {
      const done = await finaliseRecovery(context, { recovery: recovery.id, turnOff: how.turnOff });
      removeRecovery(home.state, recovery.id);
      const { files, overlayBytes, downMs, vmId, name } = done;
      return { recovery: recovery.id, host: host.record.name, vm: { id: vmId, name }, files, overlayBytes, downMs };
    } catch (error) {
      const still = (await host.recoverer.list()).some(({ run, phase }) => run === recovery.id && phase === 'running');
      if (still) releaseRecovery(home.state, recovery.id);
      throw error;
    }
  });
}

/** Needs no passphrase: what is thrown away need not be read. @throws HostkeepError host/*, publish/*, input/not-found */
export async function discardById(work: RecoveryWork, recovery: RecoveryView): Promise<{ readonly recovery: RunId }> {
  const { home, host, run } = work;
  const report = journalOf(work, recovery.vm);
  claimRecovery(home.state, recovery.id, 'discard');
  const publisher = {
    stop: () => stopPublisher(home, publicationOfRecovery(recovery.id)),
    discard: () => discardPublisher(home, recovery.id),
  };
  await discardRecovery({ recoverer: host.recoverer, publisher, report, run }, recovery.id);
  removeRecovery(home.state, recovery.id);
  await cleanRecoveries(work, report);
  return { recovery: recovery.id };
}

/** Serves the disks of a recovery again whose publisher died, at the same address: the host logs in again by itself. */
export async function resumeById(
  work: RecoveryWork,
  recovery: RecoveryView,
  passphrase: string,
): Promise<{ readonly portal: string }> {
  const report = journalOf(work, recovery.vm);
  return withPublisher(work, recovery, passphrase, async ({ publisher }) => {
    report({ step: 'serve-disks', side: 'console', actor: 'publisher', state: 'started' });
    await publisher.resume();
    const portal = publicationOf(work.home.state, recovery.publication).served?.portal ?? '';
    report({ step: 'serve-disks', side: 'console', actor: 'publisher', state: 'done', detail: portal });
    await cleanRecoveries(work, report, { recovery: recovery.id, publisher });
    return { portal };
  });
}

async function withPublisher<Result>(
  work: RecoveryWork,
  recovery: RecoveryView,
  passphrase: string,
  act: (of: {
    readonly repository: Repository;
    readonly point: RestorePoint;
    readonly publisher: DiskPublisher;
  }) => Promise<Result>,
): Promise<Result> {
  const { repositoryFolder } = recovery;
  const repository = await openRepositoryAt(repositoryFolder, async () => passphrase, { reading: 'recover' });
  try {
    const point = await readPoint(repository, recovery.point);
    const of = { repositoryFolder, repository, point, passphrase: repository.remembered, recovery: recovery.id };
    const publisher = processPublisher({ ...work, ...of, first: null });
    return await act({ repository, point, publisher });
  } finally {
    await repository.close();
  }
}

export function journalOf({ home, run }: Pick<RecoveryWork, 'home' | 'run'>, vm: string): (step: StepReport) => void {
  return (step) => home.journal.step(run, vm, step);
}

export function contextOf(
  { host, onProgress, run, signal }: RecoveryWork,
  of: Pick<RecoveryContext, 'repository' | 'point' | 'publisher' | 'report'>,
): RecoveryContext {
  return { ...of, run, recoverer: host.recoverer, clock: systemClock, onProgress, signal };
}

/** A host that is another computer needs an address of this one that it reaches. @throws HostkeepError input/missing-option, input/invalid */
function listenFor({ record }: OpenHost, given: string | null): string {
  if (given === null) {
    if (record.address !== null) throw new HostkeepError('input/missing-option', { option: '--listen ADDRESS of this computer' });
    return '127.0.0.1:0';
  }
  if (/^(0\.0\.0\.0|\[?::\]?)(:\d+)?$/.test(given))
    throw new HostkeepError('input/invalid', { listen: given, why: 'one address, by which the host reaches this computer' });
  const { address, port } = parseListenAddress(given);
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
