/** A connection in full feature phase (RFC 7143, 4.2). Error recovery level 0: what goes wrong with the protocol ends it. */
import { HostkeepError } from '#contract';
import type { LoggedIn } from '../login/login.ts';
import type { FramedPdu } from '../pdu/framer.ts';
import type { FrameMemory } from '../pdu/frame-memory.ts';
import { isImmediate, noTag, opcodeOf, requestOpcodes } from '../pdu/layout.ts';
import { parseDataOut, parseScsiCommand, parseTagged, parseTaskManagement } from '../pdu/requests.ts';
import type { Nexus } from '../scsi/nexus.ts';
import type { LogicalUnit } from '../scsi/unit.ts';
import { abortTasks } from './abort-tasks.ts';
import { budget, type Budget } from '#engine/bytes';
import type { Channel } from './channel.ts';
import { commandWindow, windowSize } from './command-window.ts';
import { commandRunner } from './run-command.ts';
import { responder } from './responder.ts';
import { answerLogout, answerText, type TextContext } from './services.ts';
import { taskManagement } from './task-management.ts';
import { openTasks, type Tasks } from './tasks.ts';

/** Data of reads that a session may have on its way; an initiator that takes none holds no more. */
export const sendingBytes = 8 * 1024 * 1024;

export interface SessionContext {
  readonly loggedIn: LoggedIn;
  readonly nexus: Nexus;
  readonly units: ReadonlyMap<number, LogicalUnit>;
  readonly channel: Channel;
  readonly budget: Budget;
  readonly unasked: Budget;
  readonly memory: FrameMemory;
  readonly text: TextContext;
  readonly firstCommand: number;
  readonly firstStatus: number;
  /** Every session's open tasks, for what one initiator may do to those of others. */
  readonly allTasks: () => readonly Tasks[];
  /** Also of sessions that are gone, while something of them runs. */
  readonly tasksOf: (port: string) => readonly Tasks[];
}

export interface Session {
  readonly tasks: Tasks;
  /** @throws HostkeepError iscsi/malformed: the connection must be closed */
  receive(pdu: FramedPdu): void;
  /** Asks whether the initiator is there; in a discovery session it may say nothing but its text. */
  ping(): void;
  /** Asks the initiator to log out (11.9). */
  requestLogout(): void;
  /** The connection is gone: nothing is answered any more, what runs is let run out. Resolves once it has. */
  lost(): Promise<void>;
}

export function session(context: SessionContext): Session {
  const { channel, loggedIn } = context;
  const tasks = openTasks();
  const window = commandWindow<FramedPdu>(context.firstCommand, tasks.count, (pdu) => pdu.data.length);
  const answers = responder(
    { channel, digests: loggedIn.parameters.digests, memory: context.memory },
    {
      expectedCommand: window.expected,
      maximumCommand: window.maximum,
      firstStatus: context.firstStatus,
    },
  );
  const abortOf = (ports: readonly string[], lun: number | undefined): Promise<void> => {
    const theirs = ports.flatMap((port) => context.tasksOf(port));
    return abortTasks(
      theirs,
      theirs.flatMap((each) => each.all().filter((task) => task.lun === lun)),
    );
  };
  const commands = commandRunner({
    ...context,
    sending: budget(sendingBytes),
    answers,
    tasks,
    parameters: loggedIn.parameters,
    abortTasks: abortOf,
  });
  const manage = taskManagement({ ...context, answers, tasks });

  const perform = (pdu: FramedPdu): void => {
    switch (opcodeOf(pdu.header)) {
      case requestOpcodes.scsiCommand:
        if (loggedIn.discovery) return answers.reject('protocolError', pdu.header);
        // Immediate ones are not held back by the window.
        if (tasks.count() >= 2 * windowSize) return answers.reject('immediateCommandRejected', pdu.header);
        return commands.start(parseScsiCommand(pdu));
      case requestOpcodes.taskManagement:
        if (loggedIn.discovery) return answers.reject('protocolError', pdu.header);
        return manage(parseTaskManagement(pdu));
      case requestOpcodes.nopOut: {
        const { tag, data } = parseTagged(pdu);
        if (tag !== noTag) answers.nopIn(tag, data.subarray(0, loggedIn.parameters.maxSendSegment));
        return undefined;
      }
      case requestOpcodes.text:
        return answerText(answers, parseTagged(pdu), { ...context.text, discovery: loggedIn.discovery });
      case requestOpcodes.logout:
        return answerLogout(answers, pdu, channel);
      default:
        return answers.reject('commandNotSupported', pdu.header);
    }
  };
  return {
    tasks,
    receive(pdu) {
      if (pdu.dataDigestBroken) {
        answers.reject('dataDigestError', pdu.header);
        throw new HostkeepError('iscsi/malformed', { why: 'data digest' });
      }
      const opcode = opcodeOf(pdu.header);
      if (opcode === requestOpcodes.dataOut) return commands.acceptData(parseDataOut(pdu));
      if (opcode === requestOpcodes.snack) return answers.reject('snackRejected', pdu.header);
      if (opcode === requestOpcodes.login || opcode > requestOpcodes.snack) {
        answers.reject('protocolError', pdu.header);
        throw new HostkeepError('iscsi/malformed', { why: 'a PDU out of place', opcode });
      }
      // What waits for its turn outlives the bytes that it came in.
      for (const ready of window.admit(pdu.header.readUInt32BE(24), isImmediate(pdu.header), pdu)) perform(ready);
      return undefined;
    },
    ping() {
      if (!loggedIn.discovery) answers.ping();
    },
    requestLogout: () => answers.asynchronous(1, 3),
    lost: () => abortTasks([tasks], tasks.all()),
  };
}
