import { readBytes } from '#engine/blocks';
import { cdbRanges, onDisk, refuseRange, type BlockRange } from './blocks.ts';
import { check, good, planned, type Command } from './command.ts';
import { maxTransferBytes } from './limits.ts';
import { senses } from './sense.ts';

interface Form {
  readonly name: string;
  readonly opcode: number;
  readonly range: (cdb: Buffer) => BlockRange;
  readonly usage: readonly number[];
}

/** Protection information is not kept: who asks for it is refused (SBC-3, 4.22). */
const protectionMask = 0xe0;
const fua = 0x08;

const read = ({ name, opcode, range, usage }: Form): Command => ({
  name,
  opcode,
  access: 'read',
  usage,
  plan: ({ unit, cdb }) => {
    if (opcode !== 0x08 && (cdb[1]! & protectionMask) !== 0) return check(senses.invalidField);
    const { first, count } = range(cdb);
    const refused = refuseRange(unit, { first, count }, maxTransferBytes / unit.blockBytes);
    if (refused !== undefined) return refused;
    const wanted = { offset: first * unit.blockBytes, length: count * unit.blockBytes };
    const force = opcode !== 0x08 && (cdb[1]! & fua) !== 0;
    if (!force) return planned(() => ({ status: 'good', read: wanted }));
    // With FUA what is read must be on the medium (SBC-3, 5.8).
    return planned(() =>
      onDisk(unit, 'write', async () => {
        if (!unit.readOnly) await unit.disk.flush();
        return { status: 'good', read: wanted };
      }),
    );
  },
});

/** VERIFY: the medium alone, or against data of the initiator (BYTCHK, SBC-3, 5.27). */
const verify = ({ name, opcode, range, usage }: Form): Command => ({
  name,
  opcode,
  access: 'read',
  usage,
  plan: ({ unit, cdb }) => {
    if ((cdb[1]! & protectionMask) !== 0) return check(senses.invalidField);
    const compare = (cdb[1]! >> 1) & 3;
    if (compare === 2) return check(senses.invalidField);
    const { first, count } = range(cdb);
    const refused = refuseRange(unit, { first, count }, maxTransferBytes / unit.blockBytes);
    if (refused !== undefined) return refused;
    const offset = first * unit.blockBytes;
    const length = count * unit.blockBytes;
    const takesBytes = compare === 0 ? 0 : compare === 3 ? Math.min(1, count) * unit.blockBytes : length;
    return {
      takesBytes,
      run: (data) =>
        onDisk(unit, 'read', async () => {
          const found = await readBytes(unit.disk, offset, length);
          if (compare === 0) return good;
          return mismatch(found, data, unit.blockBytes);
        }),
    };
  },
});

/** Compares with all of the data, or with its one block again and again. */
function mismatch(found: Buffer, data: Buffer, blockBytes: number) {
  for (let at = 0; at < found.length; at += blockBytes) {
    const start = at % Math.max(blockBytes, data.length);
    const wanted = data.subarray(start, start + blockBytes);
    const block = found.subarray(at, at + wanted.length);
    if (!block.equals(wanted)) return check({ ...senses.miscompare, information: at + firstDifference(block, wanted) });
  }
  return good;
}

export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return at;
  return a.length;
}

/** PRE-FETCH (SBC-3, 5.10): a wish, which the cache of the disk hears as a read of its own. */
const prefetch = ({ name, opcode, range, usage }: Form): Command => ({
  name,
  opcode,
  access: 'read',
  usage,
  plan: ({ unit, cdb }) => {
    const { first, count } = range(cdb);
    return (
      refuseRange(unit, { first, count }) ??
      planned(() => {
        unit.disk.willRead?.(first * unit.blockBytes, Math.min(count * unit.blockBytes, maxTransferBytes));
        return good;
      })
    );
  },
});

const all = (bytes: number): readonly number[] => Array.from({ length: bytes }, () => 0xff);
const usage10 = (opcode: number, flags: number): readonly number[] => [opcode, flags, ...all(4), 0x3f, ...all(2), 0x07];
const usage12 = (opcode: number, flags: number): readonly number[] => [opcode, flags, ...all(8), 0x3f, 0x07];
const usage16 = (opcode: number, flags: number): readonly number[] => [opcode, flags, ...all(12), 0x3f, 0x07];
export const usages = {
  six: (opcode: number): readonly number[] => [opcode, 0x1f, 0xff, 0xff, 0xff, 0x07],
  usage10,
  usage12,
  usage16,
};

const { six, ten, twelve, sixteen } = cdbRanges;

export const readCommands: readonly Command[] = [
  read({ name: 'READ (6)', opcode: 0x08, range: six, usage: usages.six(0x08) }),
  read({ name: 'READ (10)', opcode: 0x28, range: ten, usage: usage10(0x28, 0x18) }),
  read({ name: 'READ (12)', opcode: 0xa8, range: twelve, usage: usage12(0xa8, 0x18) }),
  read({ name: 'READ (16)', opcode: 0x88, range: sixteen, usage: usage16(0x88, 0x18) }),
  verify({ name: 'VERIFY (10)', opcode: 0x2f, range: ten, usage: usage10(0x2f, 0x16) }),
  verify({ name: 'VERIFY (12)', opcode: 0xaf, range: twelve, usage: usage12(0xaf, 0x16) }),
  verify({ name: 'VERIFY (16)', opcode: 0x8f, range: sixteen, usage: usage16(0x8f, 0x16) }),
  prefetch({ name: 'PRE-FETCH (10)', opcode: 0x34, range: ten, usage: usage10(0x34, 0x02) }),
  prefetch({ name: 'PRE-FETCH (16)', opcode: 0x90, range: sixteen, usage: usage16(0x90, 0x02) }),
];
