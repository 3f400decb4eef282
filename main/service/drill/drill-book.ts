/** The drills of a home, as commands and the console make, change and delete them. */
import { HostkeepError, type Drill, type DrillDefinition, type PlannedStart } from '#contract';
import { previewOf, timetableOf } from '#engine/jobs';
import type { Home } from '../home.ts';
import { scheduledJob, tellScheduler } from '../jobs/job-book.ts';
import { machineScheduler } from '../scheduler/machine-scheduler.ts';
import {
  changeDrill,
  deleteDrill,
  drillHandledUntil,
  findDrill,
  insertDrill,
  listDrills,
  setDrillPaused,
} from '../state/drills.ts';
import { allPaused } from '../state/jobs.ts';

export interface DrillBook {
  list(): readonly Drill[];
  /** @throws HostkeepError input/not-found */
  find(spec: string): Drill;
  /** @throws HostkeepError drill/exists, host/not-known, schedule/* */
  create(definition: DrillDefinition): Promise<Drill>;
  /** Its records stay what they are. @throws HostkeepError input/not-found, drill/exists, host/not-known, schedule/* */
  edit(spec: string, definition: DrillDefinition): Promise<Drill>;
  /** While it is paused only a hand starts it. @throws HostkeepError input/not-found, schedule/* */
  pause(spec: string, paused: boolean): Promise<Drill>;
  /** Its records stay. @throws HostkeepError input/not-found, schedule/* */
  remove(spec: string): Promise<Drill>;
  /** The next start; null where there is none. */
  next(drill: Drill): PlannedStart | null;
}

/** Task Scheduler hears of drills, where there is one; elsewhere a living process looks by itself. */
export async function withDrillBook<Result>(
  home: Home,
  now: () => number,
  act: (book: DrillBook) => Promise<Result>,
): Promise<Result> {
  const machine = machineScheduler(home);
  const { state } = home;
  const find = (spec: string): Drill => {
    const found = findDrill(state, spec);
    if (found === undefined) throw new HostkeepError('input/not-found', { drill: spec });
    return found;
  };
  const told = async (drill: Drill): Promise<Drill> => {
    await tellScheduler(machine?.scheduler, scheduledJob(drill, allPaused(state)));
    return drill;
  };
  try {
    return await act({
      list: () => listDrills(state),
      find,
      async create(definition) {
        home.hosts.select(definition.host);
        const made = insertDrill(state, home.newRunId(), definition, now());
        try {
          await machine?.scheduler.register(scheduledJob(made, allPaused(state)));
        } catch (error) {
          deleteDrill(state, made.id, now());
          throw error;
        }
        return made;
      },
      async edit(spec, definition) {
        home.hosts.select(definition.host);
        return told(changeDrill(state, find(spec), definition, now()));
      },
      pause: (spec, paused) => told(setDrillPaused(state, find(spec).id, { paused, now: now() })),
      async remove(spec) {
        const found = find(spec);
        await machine?.scheduler.remove(found.id);
        deleteDrill(state, found.id, now());
        return found;
      },
      next(drill) {
        if (drill.paused || allPaused(state)) return null;
        const since = { handledUntil: drillHandledUntil(state, drill.id), now: now(), count: 1 };
        return previewOf(timetableOf(drill.schedule), since)[0] ?? null;
      },
    });
  } finally {
    await machine?.close();
  }
}
