/** Writes what a target sends in full feature phase, with its numbers (RFC 7143, 4.2.2). */
import { newFrame, sealFrame, type Frame } from '../pdu/frame.ts';
import { largeFrameBytes, type FrameMemory } from '../pdu/frame-memory.ts';
import { finalFlag, noTag, rejectReasons, responseOpcodes, serial, type Digests, type RejectReason } from '../pdu/layout.ts';
import type { Channel } from './channel.ts';
import type { ReadyToTransfer } from './write-transfer.ts';

/** How the length of the data differs from what the initiator expected. */
export interface Residual {
  readonly kind: 'none' | 'overflow' | 'underflow';
  readonly bytes: number;
}

export interface ScsiStatus {
  readonly status: number;
  readonly residual: Residual;
  readonly sense?: Buffer;
  /** Data-In PDUs that went before. */
  readonly dataPdus?: number;
}

export interface Responder {
  /** Numbers the frame as a response of its own, and sends it. */
  respond(frame: Frame): void;
  frame(opcode: number, dataLength: number): Frame;
  scsiResponse(tag: number, of: ScsiStatus): void;
  /** Sends a filled Data-In; with a status it ends the command. */
  dataIn(frame: Frame, of: DataIn): void;
  readyToTransfer(tag: number, lun: Buffer, request: ReadyToTransfer): void;
  reject(reason: RejectReason, header: Buffer): void;
  nopIn(tag: number, data: Buffer): void;
  /** Asks for an answer that says nothing but that somebody is there (11.19). */
  ping(): void;
  asynchronous(event: number, timeSeconds: number): void;
}

export interface DataIn {
  readonly tag: number;
  readonly dataSn: number;
  readonly offset: number;
  readonly endsBurst: boolean;
  /** Only for the last one of a command that went well. */
  readonly status?: ScsiStatus;
  /** Called when nobody needs its bytes any more. */
  readonly sent?: () => void;
}

interface Numbers {
  readonly expectedCommand: () => number;
  readonly maximumCommand: () => number;
}

interface Sending {
  readonly channel: Channel;
  readonly digests: Digests;
  readonly memory: FrameMemory;
}

/** Any but the reserved one wants an answer. */
const pingTag = 0xffff_fffe;

export function responder({ channel, digests, memory }: Sending, numbers: Numbers & { readonly firstStatus: number }): Responder {
  let statusSn = numbers.firstStatus;
  const frame = (opcode: number, dataLength: number): Frame => newFrame(opcode, dataLength, digests, memory.take);
  const send = (of: Frame, sent?: () => void): void => {
    of.header.writeUInt32BE(numbers.expectedCommand(), 28);
    of.header.writeUInt32BE(numbers.maximumCommand(), 32);
    const bytes = sealFrame(of, digests);
    if (bytes.length < largeFrameBytes) return channel.send(bytes, sent);
    return channel.send(bytes, () => {
      memory.give(bytes);
      sent?.();
    });
  };
  const respond = (of: Frame, sent?: () => void): void => {
    of.header.writeUInt32BE(statusSn, 24);
    statusSn = serial(statusSn + 1);
    send(of, sent);
  };
  return {
    frame,
    respond,
    scsiResponse(tag, of) {
      const senseBytes = of.sense?.length ?? 0;
      const made = frame(responseOpcodes.scsiResponse, senseBytes === 0 ? 0 : 2 + senseBytes);
      made.header[1] = finalFlag | residualFlags(of.residual);
      made.header[3] = of.status;
      made.header.writeUInt32BE(tag, 16);
      made.header.writeUInt32BE(of.dataPdus ?? 0, 36);
      made.header.writeUInt32BE(of.residual.bytes >>> 0, 44);
      if (of.sense !== undefined && senseBytes > 0) {
        made.data.writeUInt16BE(senseBytes, 0);
        made.data.set(of.sense, 2);
      }
      respond(made);
    },
    dataIn(made, of) {
      const { header } = made;
      header[1] = of.endsBurst ? finalFlag : 0;
      header.writeUInt32BE(of.tag, 16);
      header.writeUInt32BE(noTag, 20);
      header.writeUInt32BE(of.dataSn, 36);
      header.writeUInt32BE(of.offset, 40);
      if (of.status === undefined) return send(made, of.sent);
      header[1] |= 0x01 | residualFlags(of.status.residual);
      header[3] = of.status.status;
      header.writeUInt32BE(of.status.residual.bytes >>> 0, 44);
      return respond(made, of.sent);
    },
    readyToTransfer(tag, lun, request) {
      const made = frame(responseOpcodes.readyToTransfer, 0);
      made.header[1] = finalFlag;
      lun.copy(made.header, 8);
      made.header.writeUInt32BE(tag, 16);
      made.header.writeUInt32BE(request.transferTag, 20);
      // The number that the next status will have; it is not used up (11.8.3).
      made.header.writeUInt32BE(statusSn, 24);
      made.header.writeUInt32BE(request.ordinal, 36);
      made.header.writeUInt32BE(request.offset, 40);
      made.header.writeUInt32BE(request.length, 44);
      send(made);
    },
    reject(reason, header) {
      const made = frame(responseOpcodes.reject, header.length);
      made.header[1] = finalFlag;
      made.header[2] = rejectReasons[reason];
      made.header.writeUInt32BE(noTag, 16);
      header.copy(made.data);
      respond(made);
    },
    nopIn(tag, data) {
      const made = frame(responseOpcodes.nopIn, data.length);
      made.header[1] = finalFlag;
      made.header.writeUInt32BE(tag, 16);
      made.header.writeUInt32BE(noTag, 20);
      data.copy(made.data);
      respond(made);
    },
    ping() {
      const made = frame(responseOpcodes.nopIn, 0);
      made.header[1] = finalFlag;
      made.header.writeUInt32BE(noTag, 16);
      made.header.writeUInt32BE(pingTag, 20);
      // The number that the next status will have; it is not used up.
      made.header.writeUInt32BE(statusSn, 24);
      send(made);
    },
    asynchronous(event, timeSeconds) {
      const made = frame(responseOpcodes.asynchronous, 0);
      made.header[1] = finalFlag;
      made.header.writeUInt32BE(noTag, 16);
      made.header[36] = event;
      made.header.writeUInt16BE(timeSeconds, 42);
      respond(made);
    },
  };
}

function residualFlags({ kind }: Residual): number {
  return kind === 'overflow' ? 0x04 : kind === 'underflow' ? 0x02 : 0;
}

export function residualOf(produced: number, expected: number): Residual {
  if (produced > expected) return { kind: 'overflow', bytes: produced - expected };
  if (produced < expected) return { kind: 'underflow', bytes: expected - produced };
  return { kind: 'none', bytes: 0 };
}
