import type { BlockSource } from '#engine/blocks';
import type { Budget } from '#engine/bytes';
import type { SessionParameters } from '../login/parameters.ts';
import type { Frame } from '../pdu/frame.ts';
import { largeFrameBytes } from '../pdu/frame-memory.ts';
import { responseOpcodes } from '../pdu/layout.ts';
import { residualOf, type Responder } from './responder.ts';

interface Reading {
  readonly disk: BlockSource;
  readonly responder: Responder;
  /** Memory for what the initiator has not taken yet. */
  readonly sending: Budget;
  readonly parameters: SessionParameters;
  readonly tag: number;
  readonly expectedLength: number;
  /** Whether the task was aborted meanwhile. */
  readonly aborted: () => boolean;
}

/**
 * Sends a stretch of a disk as Data-In PDUs, the status in the last of them. What is in memory goes out before this returns, as long as the
 * initiator takes it.
 * @throws whatever the disk throws; no status was sent then
 */
export function streamRead(of: Reading, range: { readonly offset: number; readonly length: number }): Promise<void> | undefined {
  const total = Math.min(range.length, of.expectedLength);
  const residual = residualOf(range.length, of.expectedLength);
  if (total === 0) return void of.responder.scsiResponse(of.tag, { status: 0, residual });
  const pieces = piecesOf(total, of.parameters);
  const last = pieces.length - 1;
  // Of small reads there are never more than there may be commands.
  const memory = total < largeFrameBytes ? unlimited : of.sending;
  const frameOf = (index: number): Frame => of.responder.frame(responseOpcodes.dataIn, pieces[index]!.length);
  const send = (index: number, frame: Frame): void => {
    const { at, length, endsBurst } = pieces[index]!;
    const common = { tag: of.tag, dataSn: index, offset: at, endsBurst: endsBurst || index === last };
    const sent = memory === unlimited ? {} : { sent: () => memory.give(length) };
    of.responder.dataIn(frame, { ...common, ...sent, ...(index === last ? { status: { status: 0, residual } } : {}) });
  };
  /** Memory for the first piece is taken already where there is a frame for it. */
  const waitFrom = async (first: number, begun: Frame | undefined): Promise<void> => {
    let frame = begun;
    for (let index = first; index <= last; index += 1) {
      const { at, length } = pieces[index]!;
      if (frame === undefined) await memory.take(length);
      let filled = false;
      try {
        if (of.aborted()) return;
        frame ??= frameOf(index);
        await of.disk.read(range.offset + at, frame.data);
        filled = !of.aborted();
      } finally {
        if (!filled) memory.give(length);
      }
      if (!filled) return;
      send(index, frame);
      frame = undefined;
    }
  };
  for (let index = 0; index <= last; index += 1) {
    const { at, length } = pieces[index]!;
    if (!memory.tryTake(length)) return waitFrom(index, undefined);
    const frame = frameOf(index);
    if (of.disk.readNow?.(range.offset + at, frame.data) !== true) {
      // The rest is fetched while this piece is waited for.
      if (index < last) of.disk.willRead?.(range.offset + at, total - at);
      return waitFrom(index, frame);
    }
    send(index, frame);
  }
  return undefined;
}

const unlimited: Budget = { tryTake: () => true, take: () => Promise.resolve(), give: () => undefined };

interface Piece {
  readonly at: number;
  readonly length: number;
  readonly endsBurst: boolean;
}

/** Segments no longer than the initiator takes, in bursts no longer than was agreed on. */
function piecesOf(total: number, { maxSendSegment, maxBurst }: SessionParameters): readonly Piece[] {
  if (total <= maxSendSegment && total <= maxBurst) return [{ at: 0, length: total, endsBurst: true }];
  const pieces: Piece[] = [];
  for (let at = 0; at < total;) {
    const burstEnd = Math.min(total, (Math.floor(at / maxBurst) + 1) * maxBurst);
    const length = Math.min(maxSendSegment, burstEnd - at);
    pieces.push({ at, length, endsBurst: at + length === burstEnd });
    at += length;
  }
  return pieces;
}
