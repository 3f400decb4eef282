/** An iSCSI target: who is logged in, and what becomes of a connection from its first byte. */
import { HostkeepError } from '#contract';
import { login as beginLogin, type LoggedIn, type LoginRules } from '../login/login.ts';
import { loginStatus, type LoginStatus } from '../login/status.ts';
import { newFrame, sealFrame } from '../pdu/frame.ts';
import { frameMemory } from '../pdu/frame-memory.ts';
import { framer, type FramedPdu } from '../pdu/framer.ts';
import { finalFlag, noDigests, opcodeOf, requestOpcodes, responseOpcodes } from '../pdu/layout.ts';
import { parseLogin, type LoginPdu } from '../pdu/requests.ts';
import { writeText } from '../pdu/text.ts';
import { receiveSegmentBytes } from '../login/parameters.ts';
import { nexusOf } from '../scsi/nexus.ts';
import { senses } from '../scsi/sense.ts';
import type { LogicalUnit } from '../scsi/unit.ts';
import { budget } from '#engine/bytes';
import type { Channel } from '../session/channel.ts';
import { session, type Session } from '../session/session.ts';

export interface TargetOptions extends LoginRules {
  readonly units: readonly LogicalUnit[];
  readonly onProtocolError: (error: unknown) => void;
}

/** What the network layer does with a connection. */
export interface Connection {
  /** Takes bytes; after an error of the initiator it closes the channel itself. */
  receive(bytes: Buffer): void;
  /** Whether it is past login. */
  readonly established: () => boolean;
  /** Asks whether the initiator is there. */
  ping(): void;
  /** Who it is, once it is logged in. */
  readonly initiator: () => string | undefined;
  closed(): void;
}

export interface Target {
  readonly name: string;
  connect(channel: Channel, portal: string): Connection;
  readonly sessions: () => number;
  /** Asks every initiator to log out. */
  requestLogout(): void;
}

/** During login a data segment has at most 8192 bytes (RFC 7143, 13.12). */
const loginSegmentBytes = 8192;
const sessionsLimit = 64;
/** Data of writes in memory, of all sessions together; as much again may wait for its turn. */
const budgetBytes = 64 * 1024 * 1024;
/** Of frames that wait to be used again. */
const frameMemoryBytes = 32 * 1024 * 1024;

interface Open {
  readonly session: Session;
  readonly channel: Channel;
}

export function iscsiTarget(options: TargetOptions): Target {
  const units = new Map(options.units.map((unit) => [unit.lun, unit]));
  const shared = budget(budgetBytes);
  const unasked = budget(budgetBytes);
  const memory = frameMemory(frameMemoryBytes);
  const open = new Map<string, Open>();
  /** Sessions whose connection is gone, while something of them still runs. */
  const lingering = new Set<readonly [port: string, of: Pick<Open, 'session'>]>();
  let discoveries = 0;

  /** The same port logging in again takes the place of its older session (RFC 7143, 6.3.5). */
  const enter = (port: string, entry: Open): void => {
    leave(port);
    open.set(port, entry);
    for (const unit of units.values()) {
      unit.ports.add(port);
      unit.attentions.add(port, senses.powerOn);
    }
  };
  const leave = (port: string): void => {
    const old = open.get(port);
    if (old === undefined) return;
    open.delete(port);
    const running = old.session.lost();
    old.channel.destroy();
    const entry = [port, old] as const;
    lingering.add(entry);
    void running.then(() => lingering.delete(entry));
    for (const unit of units.values()) {
      unit.ports.delete(port);
      unit.attentions.forget(port);
      // A reservation of SPC-2 ends with the nexus (SPC-2, 5.5.1).
      if (unit.reservedBy?.port === port) unit.reservedBy = null;
    }
  };

  const connect = (channel: Channel, portal: string): Connection => {
    const frames = framer(loginSegmentBytes);
    const login = beginLogin(options);
    let status = 0;
    let mine: { readonly session: Session; readonly port: string | undefined; readonly initiator: string } | undefined;
    let over = false;

    const establish = (loggedIn: LoggedIn, pdu: LoginPdu): void => {
      const nexus = nexusOf(loggedIn.initiatorName, loggedIn.isid);
      const made = session({
        loggedIn,
        nexus,
        units,
        channel,
        budget: shared,
        unasked,
        memory,
        text: { targetName: options.targetName, portal },
        firstCommand: pdu.commandSn,
        firstStatus: status,
        allTasks: () => [...open.values()].map((entry) => entry.session.tasks),
        tasksOf: (port) => [...open, ...lingering].flatMap(([name, of]) => (name === port ? [of.session.tasks] : [])),
      });
      mine = { session: made, port: loggedIn.discovery ? undefined : nexus.port, initiator: loggedIn.initiatorName };
      if (loggedIn.discovery) discoveries += 1;
      else enter(nexus.port, { session: made, channel });
      frames.useDigests(loggedIn.parameters.digests);
      frames.allowData(receiveSegmentBytes);
    };
    const answerLogin = (pdu: FramedPdu): void => {
      if (opcodeOf(pdu.header) !== requestOpcodes.login) throw new HostkeepError('iscsi/malformed', { why: 'no login' });
      const request = parseLogin(pdu);
      const full = open.size + discoveries >= sessionsLimit;
      const reply = refusal(request, full) ?? login(request);
      channel.send(loginResponse(request, reply, status));
      status += 1;
      if (reply.status !== 'success') {
        over = true;
        channel.end();
      } else if (reply.done !== undefined) establish(reply.done, request);
    };
    return {
      established: () => mine !== undefined,
      ping: () => mine?.session.ping(),
      initiator: () => mine?.initiator,
      receive(bytes) {
        if (over) return;
        try {
          frames.push(bytes);
          for (let pdu = frames.next(); pdu !== undefined && !over; pdu = frames.next()) {
            if (mine === undefined) answerLogin(pdu);
            else mine.session.receive(pdu);
          }
        } catch (error) {
          over = true;
          options.onProtocolError(error);
          channel.end();
        }
      },
      closed() {
        over = true;
        if (mine === undefined) return;
        void mine.session.lost();
        if (mine.port === undefined) discoveries -= 1;
        else if (open.get(mine.port)?.session === mine.session) leave(mine.port);
        mine = undefined;
      },
    };
  };
  return {
    name: options.targetName,
    connect,
    sessions: () => open.size + discoveries,
    requestLogout() {
      for (const { session: each } of open.values()) each.requestLogout();
    },
  };
}

/** A session has one connection: nobody can add one to it (RFC 7143, 6.3.5). */
function refusal(request: LoginPdu, full: boolean): { readonly status: Exclude<LoginStatus, 'success'> } | undefined {
  if (request.tsih !== 0) return { status: 'sessionDoesNotExist' };
  return full ? { status: 'outOfResources' } : undefined;
}

/** The handle of every session: they are told apart by initiator and ISID. */
const sessionHandle = 1;

function loginResponse(request: LoginPdu, reply: ReturnType<ReturnType<typeof beginLogin>>, statusSn: number): Buffer {
  const data = reply.status === 'success' ? writeText(reply.pairs) : Buffer.alloc(0);
  const frame = newFrame(responseOpcodes.login, data.length, noDigests);
  const { header } = frame;
  if (reply.status === 'success') header[1] = (reply.transit ? finalFlag : 0) | (reply.stage << 2) | reply.nextStage;
  request.isid.copy(header, 8);
  header.writeUInt16BE(reply.status === 'success' && reply.done !== undefined ? sessionHandle : 0, 14);
  header.writeUInt32BE(request.tag, 16);
  header.writeUInt32BE(statusSn, 24);
  header.writeUInt32BE(request.commandSn, 28);
  header.writeUInt32BE((request.commandSn + 1) >>> 0, 32);
  header.writeUInt16BE(loginStatus[reply.status], 36);
  data.copy(frame.data);
  return sealFrame(frame, noDigests);
}
