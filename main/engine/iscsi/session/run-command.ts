import { HostkeepError } from '#contract';
import type { SessionParameters } from '../login/parameters.ts';
import type { DataOutPdu, ScsiCommandPdu } from '../pdu/requests.ts';
import { noTag, serial } from '../pdu/layout.ts';
import { check, type CommandResult, type Planned } from '../scsi/command.ts';
import { planCommand } from '../scsi/dispatch.ts';
import type { Nexus } from '../scsi/nexus.ts';
import { senses, writeSense } from '../scsi/sense.ts';
import type { LogicalUnit } from '../scsi/unit.ts';
import type { Budget } from '#engine/bytes';
import { streamRead } from './read-stream.ts';
import { residualOf, type Residual, type Responder } from './responder.ts';
import { parseLun, type Task, type Tasks } from './tasks.ts';
import { writeTransfer } from './write-transfer.ts';
import { taskOrder } from './task-order.ts';
import { newFrame } from '../pdu/frame.ts';
import { responseOpcodes } from '../pdu/layout.ts';

export interface CommandRunner {
  /** @throws HostkeepError iscsi/malformed */
  start(command: ScsiCommandPdu): void;
  /** @throws HostkeepError iscsi/malformed */
  acceptData(pdu: DataOutPdu): void;
}

interface Context {
  readonly units: ReadonlyMap<number, LogicalUnit>;
  readonly nexus: Nexus;
  /** Memory for data of writes. */
  readonly budget: Budget;
  /** Memory for data that comes without being asked for while there is none in `budget`. */
  readonly unasked: Budget;
  /** Memory for data of reads. */
  readonly sending: Budget;
  readonly answers: Responder;
  readonly tasks: Tasks;
  readonly parameters: SessionParameters;
  /** Aborts the tasks of other ports for a unit. */
  readonly abortTasks: (ports: readonly string[], lun: number | undefined) => Promise<void>;
}

const statuses = { good: 0x00, check: 0x02, conflict: 0x18, taskSetFull: 0x28 } as const;

export function commandRunner(context: Context): CommandRunner {
  const { answers, tasks, parameters, budget, unasked } = context;
  const order = taskOrder();
  let transferTag = 0;
  const newTag = (): number => {
    transferTag = serial(transferTag + 1);
    if (transferTag === noTag) transferTag = 1;
    return transferTag;
  };

  /** Runs what is ready, at once where its turn is now; the answer goes out when it is there. */
  const runNow = (task: Task, plan: Planned, data: Buffer): void => {
    order(task.command.attribute, task.done, () => {
      if (task.aborted) return finish(task);
      try {
        const result = plan.run(data);
        if (result instanceof Promise)
          result.then((given) => answer(task, given, plan)).catch((error: unknown) => broke(task, error));
        else answer(task, result, plan);
      } catch (error) {
        broke(task, error);
      }
    });
  };
  const finish = (task: Task): void => tasks.remove(task);
  const unitOf = (task: Task): LogicalUnit | undefined => (task.lun === undefined ? undefined : context.units.get(task.lun));

  const answer = (task: Task, result: CommandResult, plan: Planned | undefined): void => {
    if (task.aborted) return finish(task);
    if (result.status === 'good' && 'read' in result) return answerRead(task, result.read);
    if (result.status === 'good' && 'data' in result && result.data !== undefined) answerData(task, result.data);
    else respond(task, result, plan?.takesBytes ?? 0);
    return finish(task);
  };
  const respond = (task: Task, result: CommandResult, moved: number): void => {
    const { tag, expectedLength } = task.command;
    const residual: Residual = result.status === 'good' ? residualOf(moved, expectedLength) : residualOf(0, expectedLength);
    const sense = result.status === 'check' ? writeSense(result.sense, unitOf(task)?.modes.descriptorSense === true) : undefined;
    answers.scsiResponse(tag, { status: statuses[result.status], residual, ...(sense === undefined ? {} : { sense }) });
  };
  /** Small data of the unit itself. */
  const answerData = (task: Task, data: Uint8Array): void => {
    const { tag, expectedLength } = task.command;
    const residual = residualOf(data.byteLength, expectedLength);
    const sent = data.subarray(0, expectedLength);
    if (sent.byteLength === 0) return void answers.scsiResponse(tag, { status: 0, residual });
    for (let at = 0, dataSn = 0; at < sent.byteLength; dataSn += 1) {
      const part = sent.subarray(at, at + parameters.maxSendSegment);
      const frame = newFrame(responseOpcodes.dataIn, part.byteLength, parameters.digests);
      frame.data.set(part);
      const last = at + part.byteLength === sent.byteLength;
      const common = { tag, dataSn, offset: at, endsBurst: last };
      answers.dataIn(frame, last ? { ...common, status: { status: 0, residual } } : common);
      at += part.byteLength;
    }
  };
  const answerRead = (task: Task, range: { readonly offset: number; readonly length: number }): void => {
    const unit = unitOf(task);
    if (unit === undefined) return finish(task);
    const { tag, expectedLength } = task.command;
    const reading = { ...context, responder: answers, disk: unit.disk, tag, expectedLength, aborted: () => task.aborted };
    const streaming = streamRead(reading, range);
    if (streaming === undefined) return finish(task);
    streaming
      .catch((error: unknown) => {
        unit.onFault(error);
        if (!task.aborted) respond(task, check(senses.readError), 0);
      })
      .finally(() => finish(task));
    return undefined;
  };
  /** A mistake of ours: the initiator is told of a failure, the publisher of the mistake. */
  const broke = (task: Task, error: unknown): void => {
    unitOf(task)?.onFault(error);
    if (!task.aborted) respond(task, check(senses.internalFailure), 0);
    finish(task);
  };

  /** Data of it that is still on its way finds no task. */
  const refuse = (task: Task, result: CommandResult): void => {
    respond(task, result, 0);
    finish(task);
  };
  const gather = async (task: Task, plan: Planned): Promise<void> => {
    const transfer = task.transfer!;
    const bytes = transfer.needsBytes;
    if (!budget.tryTake(bytes)) {
      const held = transfer.unaskedBytes;
      if (!unasked.tryTake(held)) return refuse(task, { status: 'taskSetFull' });
      await budget.take(bytes);
      unasked.give(held);
    }
    void task.done.then(() => budget.give(bytes));
    if (task.aborted) return finish(task);
    transfer.begin(Buffer.allocUnsafe(bytes));
    return proceed(task, plan);
  };
  const plans = new WeakMap<Task, Planned>();
  const proceed = (task: Task, plan: Planned): void => {
    const transfer = task.transfer!;
    if (transfer.complete()) {
      task.transfer = undefined;
      return runNow(task, plan, transfer.data());
    }
    for (const request of transfer.ask(newTag)) answers.readyToTransfer(task.command.tag, task.command.lun, request);
    return undefined;
  };

  return {
    start(command) {
      if (tasks.find(command.tag) !== undefined) throw new HostkeepError('iscsi/malformed', { why: 'a tag that is in use' });
      const lun = parseLun(command.lun);
      const kept = { ...command, lun: Buffer.from(command.lun), cdb: Buffer.from(command.cdb) };
      const task = tasks.add(kept, lun);
      const plan = planCommand(context.units, lun, {
        nexus: context.nexus,
        cdb: kept.cdb,
        announcedBytes: command.write ? command.expectedLength : 0,
        abortTasks: (ports) => context.abortTasks(ports, lun),
      });
      if (!('run' in plan)) return answer(task, plan, undefined);
      const wants = command.write ? Math.min(plan.takesBytes, command.expectedLength) : 0;
      if (wants === 0) return runNow(task, plan, Buffer.alloc(0));
      const announced = {
        expectedLength: command.expectedLength,
        wantedBytes: plan.takesBytes,
        immediate: command.data,
        unsolicited: !command.final,
      };
      task.transfer = writeTransfer(announced, parameters);
      plans.set(task, plan);
      gather(task, plan).catch((error: unknown) => broke(task, error));
      return undefined;
    },
    acceptData(pdu) {
      const task = tasks.find(pdu.tag);
      // Data of a command that was refused or aborted may still be on its way.
      if (task?.transfer === undefined) return;
      if (!task.transfer.accept(pdu)) return refuse(task, check(senses.dataOutOfSequence));
      const plan = plans.get(task);
      if (plan !== undefined && task.transfer.started()) proceed(task, plan);
    },
  };
}
