import { hasCode } from '#contract';
import type { WritableDisk } from '#engine/blocks';
import type { Budget } from '#engine/bytes';
import { malformed } from './handshake.ts';
import { commands, errnos, forceUnitAccess, payloadLimitBytes, requestBytes, requestMagic, simpleReplyMagic } from './layout.ts';
import type { Wire } from './wire.ts';

interface Serving {
  readonly wire: Wire;
  readonly disk: WritableDisk;
  /** Memory for data on its way. */
  readonly budget: Budget;
  readonly onFault: (error: unknown) => void;
}

interface Request {
  readonly force: boolean;
  readonly type: number;
  readonly cookie: Buffer;
  readonly offset: number;
  readonly length: number;
}

const requestsAtOnce = 64;

/** Requests until the client takes its leave; they are answered as they end, in any order. @throws HostkeepError nbd/malformed */
export async function transmit(of: Serving): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    for (;;) {
      const request = parseRequest(await of.wire.take(requestBytes));
      if (request.type === commands.disconnect) return;
      while (running.size >= requestsAtOnce) await Promise.race(running);
      const payload = request.type === commands.read || request.type === commands.write ? request.length : 0;
      if (payload > payloadLimitBytes) throw malformed('a request too long', payload);
      await of.budget.take(payload);
      const data = request.type === commands.write ? await takeOr(of, payload) : Buffer.alloc(0);
      const answering = answer(of, request, data).finally(() => {
        running.delete(answering);
        of.budget.give(payload);
      });
      running.add(answering);
    }
  } finally {
    await Promise.allSettled(running);
  }
}

async function takeOr({ wire, budget }: Serving, payload: number): Promise<Buffer> {
  try {
    return await wire.take(payload);
  } catch (error) {
    budget.give(payload);
    throw error;
  }
}

function parseRequest(bytes: Buffer): Request {
  if (bytes.readUInt32BE(0) !== requestMagic) throw malformed('no request', bytes.readUInt32BE(0));
  const offset = bytes.readBigUInt64BE(16);
  return {
    force: (bytes.readUInt16BE(4) & forceUnitAccess) !== 0,
    type: bytes.readUInt16BE(6),
    cookie: Buffer.from(bytes.subarray(8, 16)),
    // Past what a number holds is past every disk.
    offset: offset > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(offset),
    length: bytes.readUInt32BE(24),
  };
}

async function answer(of: Serving, request: Request, data: Buffer): Promise<void> {
  const { errno, read } = await outcome(of, request, data);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(simpleReplyMagic, 0);
  head.writeUInt32BE(errno, 4);
  request.cookie.copy(head, 8);
  await of.wire.send(head, ...(read === undefined ? [] : [read]));
}

interface Outcome {
  readonly errno: number;
  readonly read?: Buffer;
}

async function outcome(of: Serving, request: Request, data: Buffer): Promise<Outcome> {
  const { disk } = of;
  const { type, offset, length } = request;
  const inside = offset <= disk.sizeBytes && length <= disk.sizeBytes - offset;
  const changes = type === commands.write || type === commands.writeZeroes || type === commands.trim;
  if (type !== commands.flush && !inside) return { errno: changes ? errnos.noSpace : errnos.invalid };
  try {
    const read = await act(disk, request, data);
    if (read === 'unknown') return { errno: errnos.invalid };
    if (changes && request.force) await disk.flush();
    return read === undefined ? { errno: errnos.none } : { errno: errnos.none, read };
  } catch (error) {
    of.onFault(error);
    return { errno: hasCode(error, 'overlay/full') ? errnos.noSpace : errnos.io };
  }
}

async function act(disk: WritableDisk, { type, offset, length }: Request, data: Buffer): Promise<Buffer | undefined | 'unknown'> {
  switch (type) {
    case commands.read: {
      const target = Buffer.allocUnsafe(length);
      if (disk.readNow?.(offset, target) !== true) await disk.read(offset, target);
      return target;
    }
    case commands.write:
      return void (await disk.write(offset, data));
    case commands.flush:
      return void (await disk.flush());
    // What was given back reads as zeros here, so that the two are one.
    case commands.trim:
    case commands.writeZeroes:
      return void (await disk.discard(offset, length));
    case commands.cache:
      return void disk.willRead?.(offset, length);
    default:
      return 'unknown';
  }
}
