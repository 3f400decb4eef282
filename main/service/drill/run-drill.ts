/** A drill of the schedule, or by hand: every VM it names, one after the other, each a run of its own. */
import {
  HostkeepError,
  toErrorData,
  type Drill,
  type DrillReport,
  type ErrorData,
  type OnProgress,
  type RestorePoint,
  type RunId,
} from '#contract';
import { takeStart } from '#host';
import { decide, timetableOf } from '#engine/jobs';
import { listPoints, type Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import { openRepositoryOf } from '../jobs/passphrase.ts';
import { recordDrill, recordMissed } from '../jobs/record.ts';
import { deliverNotices, tellAlerts } from '../notify/index.ts';
import { systemClock } from '../repositories.ts';
import { ownProgram } from '../start-run.ts';
import { forgetAhead } from '../state/clock-ahead.ts';
import { drillHandledUntil, setDrillHandledUntil } from '../state/drills.ts';
import { allPaused } from '../state/jobs.ts';
import { drillKey } from './drill-key.ts';
import { runSeries, type SeriesDone } from './run-series.ts';
import { tryPoint } from './try-point.ts';
import { inTransaction } from '../state/in-transaction.ts';

export interface DrillOptions {
  readonly home: Home;
  /** Announced for its first VM by whoever started this. */
  readonly run?: RunId;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly hostPassword: () => Promise<string>;
  /** Name and version of the program. */
  readonly by: string;
}

export interface DrillOutcome {
  readonly drill: string;
  readonly started: boolean;
  readonly reports: readonly DrillReport[];
  /** Names of the VMs whose trial somebody cancelled. */
  readonly cancelled: readonly string[];
}

/**
 * Started by hand, or because a scheduler woke it. That it could not begin, and that it was missed, is an alert.
 * @throws HostkeepError drill/*, repository/*, host/*, job/passphrase-unknown
 */
export async function runDrill(options: DrillOptions, drill: Drill, ifDue: boolean): Promise<DrillOutcome> {
  const { home } = options;
  const now = (): number => systemClock.now();
  try {
    // Task Scheduler starts both with the same command: a start by hand has left a note.
    const byHand = !ifDue || (await takeStart(home.path, drill.id)) !== null;
    const due = byHand ? { due: true, missed: [] } : takeDue(home, drill, now());
    if (!due.due) return { drill: drill.name, started: false, reports: [], cancelled: [] };
    tellAlerts(home, recordMissed(home.state, drill, due.missed, now(), 'Drill'), now());
    const done = await tryAll(options, drill);
    tellBegun(home, drill, null);
    return { drill: drill.name, started: true, ...done };
  } catch (error) {
    tellBegun(home, drill, toErrorData(error));
    throw error;
  } finally {
    await deliverNotices({ home, now });
  }
}

function tellBegun({ state }: Home, { id, name }: Drill, error: ErrorData | null): void {
  const now = systemClock.now();
  tellAlerts({ state }, recordDrill(state, { kind: 'drill-begun', drill: { id, name }, error }, now), now);
}

const resultOf = { passed: 'success', unclear: 'warning', failed: 'failed' } as const;

async function tryAll(options: DrillOptions, drill: Drill): Promise<SeriesDone<DrillReport>> {
  const { home } = options;
  const key = await drillKey(home.secrets, drill.keyFile);
  const repository = await openRepositoryOf(drill, home.secrets, { reading: 'drill' });
  try {
    const points = await newestPoints(repository, drill.vms);
    const host = await home.hosts.open(home.hosts.select(drill.host), options.hostPassword);
    try {
      const place = { folder: drill.folder, network: drill.switch, listen: drill.listen, waitMs: drill.waitSeconds * 1000 };
      const from = { repository, repositoryFolder: drill.repository.path, passphrase: repository.remembered };
      const series = { home, run: options.run, drill: drill.name, repository: repository.id, signal: options.signal };
      return await runSeries(
        { ...series, subjects: points, nameOf: (point: RestorePoint) => point.vm },
        async (point, run, watch) => {
          const work = { home, host, program: ownProgram, run, ...watch };
          const report = await tryPoint(work, { ...from, ...place, point, key, by: options.by });
          return { result: resultOf[report.verdict], report };
        },
      );
    } finally {
      await host.close();
    }
  } finally {
    await repository.close();
  }
}

/** Whether it is due, and what was missed; when it is, that is thereby answered. */
function takeDue({ state }: Home, drill: Drill, now: number): { readonly due: boolean; readonly missed: readonly number[] } {
  return inTransaction(state, () => {
    forgetAhead(state, now);
    const handledUntil = drillHandledUntil(state, drill.id);
    const idle = drill.paused || allPaused(state);
    const decided = decide(timetableOf(drill.schedule), { handledUntil, now });
    const due = !idle && decided.due;
    if (due) setDrillHandledUntil(state, drill.id, now);
    return due ? { due, missed: decided.missed } : { due, missed: [] };
  });
}

async function newestPoints(repository: Repository, wanted: readonly string[]): Promise<readonly RestorePoint[]> {
  const newest = new Map<string, RestorePoint>();
  for (const point of (await listPoints(repository)).points) {
    const id = point.vmId ?? point.vm;
    const named = wanted.some((name) => [id, point.vm].some((one) => one.toLowerCase() === name.toLowerCase()));
    if (wanted.length > 0 && !named) continue;
    if ((newest.get(id)?.time ?? -1) < point.time) newest.set(id, point);
  }
  if (newest.size === 0) throw new HostkeepError('drill/nothing-to-try', { vms: [...wanted] });
  return [...newest.values()];
}
