/** Task management functions (RFC 7143, 11.5; SAM-5, 7). */
import { finalFlag, responseOpcodes } from '../pdu/layout.ts';
import type { TaskManagementPdu } from '../pdu/requests.ts';
import type { Nexus } from '../scsi/nexus.ts';
import { senses } from '../scsi/sense.ts';
import { tellOthers, type LogicalUnit } from '../scsi/unit.ts';
import { abortTasks } from './abort-tasks.ts';
import type { Responder } from './responder.ts';
import { parseLun, type Task, type Tasks } from './tasks.ts';

const functions = {
  abortTask: 1,
  abortTaskSet: 2,
  clearTaskSet: 4,
  logicalUnitReset: 5,
  targetWarmReset: 6,
  targetColdReset: 7,
} as const;

const responses = { complete: 0, noSuchTask: 1, noSuchUnit: 2, notSupported: 5 } as const;

interface Context {
  readonly answers: Responder;
  readonly tasks: Tasks;
  readonly nexus: Nexus;
  readonly units: ReadonlyMap<number, LogicalUnit>;
  readonly allTasks: () => readonly Tasks[];
}

export function taskManagement(context: Context): (pdu: TaskManagementPdu) => void {
  const { answers, tasks, units } = context;
  const respond = (tag: number, response: number): void => {
    const frame = answers.frame(responseOpcodes.taskManagement, 0);
    frame.header[1] = finalFlag;
    frame.header[2] = response;
    frame.header.writeUInt32BE(tag, 16);
    answers.respond(frame);
  };
  /** Answers once nothing of the tasks runs any more: what they write is written then, or never will be. */
  const abort = (tag: number, which: readonly Task[]): void => {
    void abortTasks(context.allTasks(), which).then(() => respond(tag, responses.complete));
  };
  const everyTask = (): readonly Task[] => context.allTasks().flatMap((each) => each.all());

  return ({ function: wanted, lun: lunBytes, tag, referencedTag }) => {
    const lun = parseLun(lunBytes);
    const unit = lun === undefined ? undefined : units.get(lun);
    switch (wanted) {
      case functions.abortTask: {
        const task = tasks.find(referencedTag);
        // A task that is not there has been answered already (11.5.1).
        if (task === undefined) return respond(tag, responses.noSuchTask);
        return abort(tag, [task]);
      }
      case functions.abortTaskSet:
        if (unit === undefined) return respond(tag, responses.noSuchUnit);
        return abort(
          tag,
          tasks.all().filter((task) => task.lun === lun),
        );
      case functions.clearTaskSet:
        if (unit === undefined) return respond(tag, responses.noSuchUnit);
        return abort(
          tag,
          everyTask().filter((task) => task.lun === lun),
        );
      case functions.logicalUnitReset:
        if (unit === undefined) return respond(tag, responses.noSuchUnit);
        reset(unit, context.nexus);
        return abort(
          tag,
          everyTask().filter((task) => task.lun === lun),
        );
      case functions.targetWarmReset:
      case functions.targetColdReset:
        for (const each of units.values()) reset(each, context.nexus);
        return abort(tag, everyTask());
      default:
        return respond(tag, responses.notSupported);
    }
  };
}

/** Reservations of SPC-2 and modes go; persistent reservations stay (SPC-4, 5.13.6). */
function reset(unit: LogicalUnit, by: Nexus): void {
  unit.reservedBy = null;
  Object.assign(unit.modes, { softwareWriteProtect: false, descriptorSense: false, writeCache: true });
  unit.attentions.add(by.port, senses.deviceReset);
  tellOthers(unit, by.port, senses.deviceReset);
}
