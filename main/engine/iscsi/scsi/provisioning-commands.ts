import { address64, cdbRanges, isWriteProtected, onDisk, refuseRange, settleWrite, type BlockRange } from './blocks.ts';
import { check, dataUpTo, good, planned, type Command, type CommandResult, type Planned } from './command.ts';
import { maxTransferBytes, maxUnmapBlocks, maxUnmapDescriptors, maxWriteSameBlocks, statusSpanBytes } from './limits.ts';
import { usages } from './read-commands.ts';
import { senses } from './sense.ts';
import type { LogicalUnit } from './unit.ts';

/** UNMAP (SBC-3, 5.28). */
const unmap: Command = {
  name: 'UNMAP',
  opcode: 0x42,
  access: 'write',
  usage: [0x42, 0x00, 0, 0, 0, 0, 0, 0xff, 0xff, 0x07],
  plan: ({ unit, cdb }): Planned | CommandResult => {
    if ((cdb[1]! & 0x01) !== 0) return check(senses.invalidField);
    if (isWriteProtected(unit)) return check(senses.writeProtected);
    const length = cdb.readUInt16BE(7);
    return { takesBytes: length, run: (data) => (length === 0 ? good : unmapListed(unit, data)) };
  },
};

function unmapListed(unit: LogicalUnit, data: Buffer): CommandResult | Promise<CommandResult> {
  if (data.length < 8) return check(senses.parameterListLength);
  const count = Math.floor(Math.min(data.readUInt16BE(2), data.length - 8) / 16);
  if (count > maxUnmapDescriptors) return check(senses.invalidParameterField);
  const ranges: BlockRange[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * 16;
    const range = { first: address64(data.subarray(at - 2, at + 8)), count: data.readUInt32BE(at + 8) };
    if (range.count === 0) continue;
    const refused = refuseRange(unit, range);
    if (refused !== undefined) return refused;
    ranges.push(range);
  }
  if (ranges.reduce((sum, range) => sum + range.count, 0) > maxUnmapBlocks) return check(senses.invalidParameterField);
  return onDisk(unit, 'write', async () => {
    for (const { first, count: blocks } of ranges) await discard(unit, first, blocks);
    await settleWrite(unit, false);
    return good;
  });
}

function discard(unit: LogicalUnit, first: number, count: number): Promise<void> {
  return unit.locked(first, count, () => unit.disk.discard(first * unit.blockBytes, count * unit.blockBytes));
}

/**
 * WRITE SAME (SBC-3, 5.43): one block again and again. Whatever UNMAP says, reads afterwards must give that block; so space is given back
 * only where the block is all zeros, which blocks without space read as (LBPRZ). Sources: docs/publishing.md.
 */
const writeSame = (form: {
  readonly name: string;
  readonly opcode: number;
  readonly range: (cdb: Buffer) => BlockRange;
  readonly usage: readonly number[];
}): Command => ({
  ...form,
  access: 'write',
  plan: ({ unit, cdb, announcedBytes }): Planned | CommandResult => {
    const flags = cdb[1]!;
    const gives = (flags & 0x08) !== 0;
    // Without a data-out buffer (NDOB) it is meant to hold zeros, with UNMAP or without.
    const noData = form.opcode === 0x93 && (flags & 0x01) !== 0;
    // Anchors and the obsolete bits are not for us.
    if ((flags & 0xe0) !== 0 || (flags & 0x10) !== 0 || (flags & 0x06) !== 0) return check(senses.invalidField);
    if (isWriteProtected(unit)) return check(senses.writeProtected);
    const { first, count } = form.range(cdb);
    const range = { first, count };
    // What WSNZ says.
    if (count === 0) return check(senses.invalidField);
    // With more or less than one block nobody knows what is meant.
    if (announcedBytes !== (noData ? 0 : unit.blockBytes)) return check(senses.invalidField);
    const refused = refuseRange(unit, range, maxWriteSameBlocks);
    if (refused !== undefined) return refused;
    return {
      takesBytes: noData ? 0 : unit.blockBytes,
      run: (data) =>
        onDisk(unit, 'write', () => same(unit, range, { block: noData ? Buffer.alloc(unit.blockBytes) : data, gives })),
    };
  },
});

async function same(
  unit: LogicalUnit,
  range: BlockRange,
  of: { readonly block: Buffer; readonly gives: boolean },
): Promise<CommandResult> {
  const { block } = of;
  if (block.length < unit.blockBytes) return check(senses.invalidField);
  if (of.gives && block.every((byte) => byte === 0)) await discard(unit, range.first, range.count);
  else
    await unit.locked(range.first, range.count, async () => {
      const total = range.count * unit.blockBytes;
      const piece = Buffer.alloc(Math.min(total, maxTransferBytes), block.subarray(0, unit.blockBytes));
      for (let done = 0; done < total; done += piece.length)
        await unit.disk.write(range.first * unit.blockBytes + done, piece.subarray(0, total - done));
    });
  await settleWrite(unit, false);
  return good;
}

/** GET LBA STATUS (SBC-3, 5.5). */
const getLbaStatus: Command = {
  name: 'GET LBA STATUS',
  opcode: 0x9e,
  serviceAction: 0x12,
  access: 'read',
  usage: [0x9e, 0x12, ...Array.from({ length: 12 }, () => 0xff), 0, 0x07],
  plan: ({ unit, cdb }) => {
    const first = address64(cdb);
    if (first >= unit.blocks) return check(senses.outOfRange);
    const allocation = cdb.readUInt32BE(10);
    return planned(() => onDisk(unit, 'read', async () => dataUpTo(await statusFrom(unit, first, allocation), allocation)));
  },
};

async function statusFrom(unit: LogicalUnit, first: number, allocation: number): Promise<Buffer> {
  const offset = first * unit.blockBytes;
  const span = Math.min(statusSpanBytes, unit.blocks * unit.blockBytes - offset);
  const extents = await unit.disk.extents(offset, span);
  const limit = Math.max(1, Math.min(4096, Math.floor((allocation - 8) / 16)));
  const found: { first: number; count: number; mapped: boolean }[] = [];
  for (const extent of extents) {
    const mapped = extent.kind === 'data';
    const last = found.at(-1);
    const count = extent.length / unit.blockBytes;
    if (last !== undefined && last.mapped === mapped) last.count += count;
    else if (found.length < limit) found.push({ first: extent.offset / unit.blockBytes, count, mapped });
    else break;
  }
  const bytes = Buffer.alloc(8 + 16 * found.length);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  for (const [index, descriptor] of found.entries()) {
    const at = 8 + 16 * index;
    bytes.writeBigUInt64BE(BigInt(Math.floor(descriptor.first)), at);
    bytes.writeUInt32BE(Math.floor(descriptor.count), at + 8);
    bytes[at + 12] = descriptor.mapped ? 0 : 1;
  }
  return bytes;
}

export const provisioningCommands: readonly Command[] = [
  unmap,
  writeSame({ name: 'WRITE SAME (10)', opcode: 0x41, range: cdbRanges.ten, usage: usages.usage10(0x41, 0x08) }),
  writeSame({ name: 'WRITE SAME (16)', opcode: 0x93, range: cdbRanges.sixteen, usage: usages.usage16(0x93, 0x09) }),
  getLbaStatus,
];
