import { readInBounds } from '../read-in-bounds.ts';
import type { ObjectBytes } from '../object-bytes.ts';
import { openHive, type HiveState } from './hive.ts';
import { baseBlockBytes, binHeaderBytes, corrupt } from './layout.ts';

export interface CheckedHive {
  readonly state: HiveState;
  /** Cells that are in use. */
  readonly cells: number;
  readonly keysAtRoot: number;
}

const largestBin = 64 * 1024 * 1024;

/**
 * The whole structure of a hive, but for the content of its keys: every bin stands where it says, its cells fill it without a gap, and
 * the root key can be listed. @throws HostkeepError format/registry-corrupt
 */
export async function checkHive(source: ObjectBytes, signal?: AbortSignal): Promise<CheckedHive> {
  const hive = await openHive(source);
  const { binsBytes } = hive.state;
  let cells = 0;
  for (let offset = 0; offset < binsBytes;) {
    signal?.throwIfAborted();
    const header = await readInBounds(source, baseBlockBytes + offset, binHeaderBytes, 'format/registry-corrupt');
    const size = header.readUInt32LE(8);
    const isSound = header.toString('latin1', 0, 4) === 'hbin' && header.readUInt32LE(4) === offset;
    if (!isSound || size === 0 || size % baseBlockBytes !== 0 || size > largestBin || offset + size > binsBytes)
      throw corrupt('bin', { bin: offset, size });
    cells += cellsIn(await readInBounds(source, baseBlockBytes + offset, size, 'format/registry-corrupt'), offset);
    offset += size;
  }
  let keysAtRoot = 0;
  for await (const _ of hive.subkeys(await hive.root())) keysAtRoot += 1;
  return { state: hive.state, cells, keysAtRoot };
}

/** [REGF] "Cell": a positive size is that of a free one. */
function cellsIn(bin: Buffer, offset: number): number {
  let used = 0;
  for (let at = binHeaderBytes; at < bin.length;) {
    const size = bin.readInt32LE(at);
    const length = Math.abs(size);
    if (length < 8 || length % 8 !== 0 || at + length > bin.length) throw corrupt('cell', { cell: offset + at, size });
    if (size < 0) used += 1;
    at += length;
  }
  return used;
}
