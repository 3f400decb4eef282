import type { BlockSource } from '#engine/blocks';
import type { SessionParameters } from '../login/parameters.ts';
import { responseOpcodes } from '../pdu/layout.ts';
import { residualOf, type Responder } from './responder.ts';
import type { Channel } from './channel.ts';

interface Reading {
  readonly disk: BlockSource;
  readonly responder: Responder;
  readonly channel: Channel;
  readonly parameters: SessionParameters;
  readonly tag: number;
  readonly expectedLength: number;
  /** Whether the task was aborted meanwhile. */
  readonly aborted: () => boolean;
}

/**
 * Sends a stretch of a disk as Data-In PDUs, the status in the last of them. What is in memory goes out before this returns.
 * @throws whatever the disk throws; no status was sent then
 */
export function streamRead(of: Reading, range: { readonly offset: number; readonly length: number }): Promise<void> | undefined {
  const total = Math.min(range.length, of.expectedLength);
  const residual = residualOf(range.length, of.expectedLength);
  if (total === 0) return void of.responder.scsiResponse(of.tag, { status: 0, residual });
  const pieces = piecesOf(total, of.parameters);
  const last = pieces.length - 1;
  const send = (index: number, frame: ReturnType<Responder['frame']>): boolean => {
    const { at, endsBurst } = pieces[index]!;
    const common = { tag: of.tag, dataSn: index, offset: at, endsBurst: endsBurst || index === last };
    return of.responder.dataIn(frame, index === last ? { ...common, status: { status: 0, residual } } : common);
  };
  const waitFrom = async (first: number, frame: ReturnType<Responder['frame']>): Promise<void> => {
    let current = frame;
    for (let index = first; ; index += 1) {
      await of.disk.read(range.offset + pieces[index]!.at, current.data);
      if (of.aborted()) return;
      const open = send(index, current);
      if (index === last) return;
      if (!open) await of.channel.drained();
      if (of.aborted()) return;
      current = of.responder.frame(responseOpcodes.dataIn, pieces[index + 1]!.length);
    }
  };
  for (let index = 0; index <= last; index += 1) {
    const { at, length } = pieces[index]!;
    const frame = of.responder.frame(responseOpcodes.dataIn, length);
    if (of.disk.readNow?.(range.offset + at, frame.data) !== true) {
      // The rest is fetched while this piece is waited for.
      if (index < last) of.disk.willRead?.(range.offset + at, total - at);
      return waitFrom(index, frame);
    }
    if (!send(index, frame) && index < last) {
      const next = of.responder.frame(responseOpcodes.dataIn, pieces[index + 1]!.length);
      return of.channel.drained().then(() => (of.aborted() ? undefined : waitFrom(index + 1, next)));
    }
  }
  return undefined;
}

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
