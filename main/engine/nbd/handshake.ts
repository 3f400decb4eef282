import { HostkeepError } from '#contract';
import type { WritableDisk } from '#engine/blocks';
import {
  handshakeFlags,
  infoTypes,
  optionMagic,
  optionReplies,
  optionReplyMagic,
  options,
  payloadLimitBytes,
  serverMagic,
  transmissionFlags,
} from './layout.ts';
import type { Wire } from './wire.ts';

/** Disks by name; the empty name is the first one's, too. */
export type Exports = ReadonlyMap<string, WritableDisk>;

/** Of one option: a name and a few wishes. */
const optionLimitBytes = 8192;
const optionsLimit = 64;
const preferredBlockBytes = 4096;

/** From the greeting to the transmission phase; undefined when the client went without one. @throws HostkeepError nbd/malformed */
export async function shakeHands(wire: Wire, exported: Exports): Promise<WritableDisk | undefined> {
  const greeting = Buffer.alloc(2);
  greeting.writeUInt16BE(handshakeFlags.fixedNewstyle | handshakeFlags.noZeroes);
  await wire.send(serverMagic, optionMagic, greeting);
  const flags = (await wire.take(4)).readUInt32BE();
  if ((flags & handshakeFlags.fixedNewstyle) === 0 || flags > 3) throw malformed('flags', flags);
  for (let count = 0; count < optionsLimit; count += 1) {
    const head = await wire.take(16);
    if (!head.subarray(0, 8).equals(optionMagic)) throw malformed('no option', count);
    const option = head.readUInt32BE(8);
    const length = head.readUInt32BE(12);
    if (length > optionLimitBytes) throw malformed('an option too long', length);
    const chosen = await answer(
      { wire, exported, padded: (flags & handshakeFlags.noZeroes) === 0 },
      option,
      await wire.take(length),
    );
    if (chosen !== 'stay') return chosen;
  }
  throw malformed('too many options', optionsLimit);
}

interface Asked {
  readonly wire: Wire;
  readonly exported: Exports;
  /** Whether the old answer to a name ends in 124 zeros. */
  readonly padded: boolean;
}

async function answer(asked: Asked, option: number, data: Buffer): Promise<WritableDisk | undefined | 'stay'> {
  const { wire, exported } = asked;
  const reply = (type: number, body: Buffer = Buffer.alloc(0)): Promise<void> =>
    wire.send(replyHead(option, type, body.length), body);
  switch (option) {
    case options.exportName: {
      const disk = diskNamed(exported, data.toString('utf8'));
      // There is no way to refuse but to go (NBD_OPT_EXPORT_NAME).
      if (disk === undefined) return undefined;
      await wire.send(exportFacts(disk), Buffer.alloc(asked.padded ? 124 : 0));
      return disk;
    }
    case options.abort:
      await reply(optionReplies.ack);
      return undefined;
    case options.list:
      if (data.length > 0) await reply(optionReplies.invalid);
      else {
        for (const name of exported.keys()) await reply(optionReplies.server, prefixed(name));
        await reply(optionReplies.ack);
      }
      return 'stay';
    case options.info:
    case options.go: {
      const name = nameIn(data);
      const disk = name === undefined ? undefined : diskNamed(exported, name);
      if (disk === undefined) {
        await reply(name === undefined ? optionReplies.invalid : optionReplies.unknown);
        return 'stay';
      }
      await reply(optionReplies.info, Buffer.concat([typed(infoTypes.exported), exportFacts(disk)]));
      await reply(optionReplies.info, blockSizes());
      await reply(optionReplies.ack);
      return option === options.go ? disk : 'stay';
    }
    default:
      await reply(optionReplies.unsupported);
      return 'stay';
  }
}

function diskNamed(exported: Exports, name: string): WritableDisk | undefined {
  return name === '' ? exported.values().next().value : exported.get(name);
}

/** The name in front of the wishes of INFO and GO, which are few and may be ignored; undefined where the lengths lie. */
function nameIn(data: Buffer): string | undefined {
  if (data.length < 6) return undefined;
  const length = data.readUInt32BE(0);
  if (length > data.length - 6) return undefined;
  const wishes = data.readUInt16BE(4 + length);
  return data.length === 6 + length + 2 * wishes ? data.toString('utf8', 4, 4 + length) : undefined;
}

function replyHead(option: number, type: number, length: number): Buffer {
  const head = Buffer.alloc(20);
  optionReplyMagic.copy(head);
  head.writeUInt32BE(option, 8);
  head.writeUInt32BE(type, 12);
  head.writeUInt32BE(length, 16);
  return head;
}

function exportFacts(disk: WritableDisk): Buffer {
  const facts = Buffer.alloc(10);
  facts.writeBigUInt64BE(BigInt(disk.sizeBytes), 0);
  facts.writeUInt16BE(transmissionFlags, 8);
  return facts;
}

/** Least, preferred and most of one request. */
function blockSizes(): Buffer {
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32BE(1, 0);
  sizes.writeUInt32BE(preferredBlockBytes, 4);
  sizes.writeUInt32BE(payloadLimitBytes, 8);
  return Buffer.concat([typed(infoTypes.blockSize), sizes]);
}

function typed(type: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(type);
  return bytes;
}

function prefixed(name: string): Buffer {
  const text = Buffer.from(name, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

export function malformed(why: string, value: number): HostkeepError {
  return new HostkeepError('nbd/malformed', { why, value });
}
