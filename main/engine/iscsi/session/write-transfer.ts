/** Gathers the data of one command (RFC 7143, 4.2.5): with the command, unsolicited after it, and asked for by R2T. */
import { HostkeepError } from '#contract';
import type { DataOutPdu } from '../pdu/requests.ts';
import { noTag } from '../pdu/layout.ts';
import type { SessionParameters } from '../login/parameters.ts';

export interface ReadyToTransfer {
  readonly transferTag: number;
  readonly ordinal: number;
  readonly offset: number;
  readonly length: number;
}

export interface WriteTransfer {
  readonly needsBytes: number;
  /** How much of it may come before it is asked for. */
  readonly unaskedBytes: number;
  /** Once there is memory for the data. */
  begin(memory: Buffer): void;
  /**
   * False when a PDU is missing before this one: the command has failed then.
   * @throws HostkeepError iscsi/malformed when the data is not what was agreed on
   */
  accept(pdu: DataOutPdu): boolean;
  /** What to ask for now. */
  ask(newTag: () => number): readonly ReadyToTransfer[];
  /** Whether it has memory to put data into. */
  readonly started: () => boolean;
  readonly complete: () => boolean;
  readonly data: () => Buffer;
}

interface Asked extends ReadyToTransfer {
  received: number;
  nextDataSn: number;
}

interface Announced {
  /** What the initiator says it has. */
  readonly expectedLength: number;
  /** What the command wants of it. */
  readonly wantedBytes: number;
  readonly immediate: Buffer;
  /** Whether Data-Out PDUs follow without being asked for. */
  readonly unsolicited: boolean;
}

export function writeTransfer(of: Announced, parameters: SessionParameters): WriteTransfer {
  const wanted = Math.min(of.expectedLength, of.wantedBytes);
  checkImmediate(of, parameters);
  const asked = new Map<number, Asked>();
  let memory: Buffer | undefined;
  let held = [of.immediate];
  let unsolicited = of.unsolicited;
  let unsolicitedSn = 0;
  /** How much of the data has come without being asked for, or was asked for. */
  let reached = of.immediate.length;
  let received = 0;
  let ordinal = 0;

  const put = (offset: number, data: Buffer): void => {
    const part = data.subarray(0, Math.max(0, wanted - offset));
    if (memory !== undefined) part.copy(memory, offset);
    received += part.length;
  };
  const acceptUnsolicited = (pdu: DataOutPdu): boolean => {
    const limit = Math.min(parameters.firstBurst, of.expectedLength);
    if (unsolicited && pdu.dataSn !== unsolicitedSn) return false;
    const right = unsolicited && pdu.offset === reached && pdu.offset + pdu.data.length <= limit;
    if (!right) throw wrong('unsolicited data', pdu);
    unsolicitedSn += 1;
    reached += pdu.data.length;
    // Until there is memory it waits where it lies; the first burst bounds it.
    if (memory === undefined) held.push(pdu.data);
    else put(pdu.offset, pdu.data);
    if (pdu.final) unsolicited = false;
    return true;
  };
  const acceptAsked = (pdu: DataOutPdu): boolean => {
    const request = asked.get(pdu.transferTag);
    if (request !== undefined && pdu.dataSn !== request.nextDataSn) return false;
    const right =
      request !== undefined &&
      pdu.offset === request.offset + request.received &&
      request.received + pdu.data.length <= request.length;
    if (!right) throw wrong('data that was not asked for', pdu);
    request.nextDataSn += 1;
    request.received += pdu.data.length;
    put(pdu.offset, pdu.data);
    if (pdu.final !== (request.received === request.length)) throw wrong('a burst that ends too early or too late', pdu);
    if (pdu.final) asked.delete(pdu.transferTag);
    return true;
  };
  return {
    needsBytes: wanted,
    unaskedBytes: of.unsolicited ? Math.min(parameters.firstBurst, of.expectedLength) : of.immediate.length,
    begin(given) {
      memory = given;
      let offset = 0;
      for (const data of held) {
        put(offset, data);
        offset += data.length;
      }
      held = [];
    },
    accept: (pdu) => (pdu.transferTag === noTag ? acceptUnsolicited(pdu) : acceptAsked(pdu)),
    ask(newTag) {
      const requests: ReadyToTransfer[] = [];
      while (!unsolicited && reached < wanted && asked.size < parameters.maxOutstandingR2t) {
        const length = Math.min(parameters.maxBurst, wanted - reached);
        const request: Asked = { transferTag: newTag(), ordinal, offset: reached, length, received: 0, nextDataSn: 0 };
        ordinal += 1;
        reached += length;
        asked.set(request.transferTag, request);
        requests.push(request);
      }
      return requests;
    },
    started: () => memory !== undefined,
    complete: () => !unsolicited && received >= wanted,
    data: () => memory ?? Buffer.alloc(0),
  };
}

function checkImmediate({ immediate, expectedLength }: Announced, parameters: SessionParameters): void {
  const allowed = parameters.immediateData ? Math.min(parameters.firstBurst, expectedLength) : 0;
  if (immediate.length > allowed)
    throw new HostkeepError('iscsi/malformed', { why: 'immediate data', bytes: immediate.length, allowed });
}

function wrong(why: string, { dataSn, offset, data }: DataOutPdu): HostkeepError {
  return new HostkeepError('iscsi/malformed', { why, dataSn, offset, bytes: data.length });
}
