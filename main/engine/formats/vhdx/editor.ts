import { open, type FileHandle } from 'node:fs/promises';
import type { ByteRange } from '#contract';
import { coalesce } from '#engine/blocks';
import { openImageFile } from '../image-file.ts';
import { isSet } from './disk.ts';
import { parseImage, type VhdxImage } from './image.ts';
import {
  batEntriesOf,
  batIndexOf,
  bitmapBlockBytes,
  bitmapIndexOf,
  blockCountOf,
  blockStates,
  chunkRatioOf,
  headerOffsets,
  mib,
} from './layout.ts';
import { header, writeBatEntry } from './structures.ts';
import { writeAt } from './writer.ts';

/**
 * Writes into a VHDX in place, as a running guest would: for the lab. Offsets and lengths are whole sectors. Not safe against
 * power loss (it keeps no log); the lab writes the same bytes again after a crash.
 */
export interface VhdxEditor {
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** What this file itself holds: for a differencing disk, what was written since it was made. */
  presentRanges(): readonly ByteRange[];
  /** Bytes of this file alone, which must be present. */
  read(offset: number, target: Uint8Array): Promise<void>;
  /** Flushes, then marks the data as changed when something was written. */
  close(): Promise<void>;
}

/** `newGuid` names the new state of the file [2.2.2]: FileWriteGuid at opening, DataWriteGuid at the first write. */
export async function editVhdx(path: string, newGuid: () => string): Promise<VhdxEditor> {
  const source = await openImageFile(path);
  const image = await parseImage(source);
  const file = await open(path, 'r+');
  const { metadata } = image;
  const batBytes = batEntriesOf(metadata, metadata.differencing) * 8;
  const bat = Buffer.alloc(batBytes);
  await source.read(image.regions.bat.offset, bat);
  await source.close();
  const bitmaps = new Map<number, Buffer>();
  const state = { file, image, bat, bitmaps, end: Math.ceil((await file.stat()).size / mib) * mib, written: false };
  await loadBitmaps(state);
  return {
    async write(offset, bytes) {
      state.written = true;
      for (let done = 0; done < bytes.byteLength;) {
        const block = Math.floor((offset + done) / metadata.blockSize);
        const inBlock = offset + done - block * metadata.blockSize;
        const length = Math.min(bytes.byteLength - done, metadata.blockSize - inBlock);
        await writeInBlock(state, block, { inBlock, bytes: bytes.subarray(done, done + length) });
        done += length;
      }
    },
    presentRanges: () => presentRanges(state),
    async read(offset, target) {
      for (let done = 0; done < target.byteLength;) {
        const block = Math.floor((offset + done) / metadata.blockSize);
        const inBlock = offset + done - block * metadata.blockSize;
        const length = Math.min(target.byteLength - done, metadata.blockSize - inBlock);
        await file.read(target, done, length, positionOf(state, block) + inBlock);
        done += length;
      }
    },
    async close() {
      try {
        await writeAt(file, image.regions.bat.offset, bat);
        await file.datasync();
        if (state.written) await writeHeaders(state, newGuid);
      } finally {
        await file.close();
      }
    },
  };
}

interface Editing {
  readonly file: FileHandle;
  readonly image: VhdxImage;
  readonly bat: Buffer;
  readonly bitmaps: Map<number, Buffer>;
  end: number;
  written: boolean;
}

async function writeInBlock(
  state: Editing,
  block: number,
  part: { readonly inBlock: number; readonly bytes: Uint8Array },
): Promise<void> {
  const { metadata } = state.image;
  const index = batIndexOf(block, chunkRatioOf(metadata));
  if (!isPlaced(state.bat.readUInt32LE(index * 8) & 7)) {
    const position = allocate(state, metadata.blockSize);
    await state.file.truncate(state.end);
    writeBatEntry(state.bat, index, metadata.differencing ? blockStates.partiallyPresent : blockStates.fullyPresent, position);
  }
  await writeAt(state.file, positionOf(state, block) + part.inBlock, part.bytes);
  if ((state.bat.readUInt32LE(index * 8) & 7) === blockStates.partiallyPresent) await markSectors(state, block, part);
}

function isPlaced(blockState: number): boolean {
  return blockState === blockStates.fullyPresent || blockState === blockStates.partiallyPresent;
}

function allocate(state: Editing, bytes: number): number {
  const position = state.end;
  state.end += Math.ceil(bytes / mib) * mib;
  return position;
}

function positionOf(state: Editing, block: number): number {
  const index = batIndexOf(block, chunkRatioOf(state.image.metadata));
  return (state.bat.readUInt32LE(index * 8 + 4) * 4096 + (state.bat.readUInt32LE(index * 8) >>> 20)) * mib;
}

/** Sets the bits of the sectors just written [2.5.2]. */
async function markSectors(
  state: Editing,
  block: number,
  part: { readonly inBlock: number; readonly bytes: Uint8Array },
): Promise<void> {
  const { metadata } = state.image;
  const ratio = chunkRatioOf(metadata);
  const index = bitmapIndexOf(block, ratio);
  let bitmap = state.bitmaps.get(index);
  if (bitmap === undefined) {
    bitmap = Buffer.alloc(bitmapBlockBytes);
    state.bitmaps.set(index, bitmap);
    writeBatEntry(state.bat, index, blockStates.fullyPresent, allocate(state, bitmapBlockBytes));
    await state.file.truncate(state.end);
  }
  const first = ((block % ratio) * metadata.blockSize + part.inBlock) / metadata.logicalSectorSize;
  const end = first + part.bytes.byteLength / metadata.logicalSectorSize;
  for (let bit = first; bit < end; bit += 1) bitmap[bit >>> 3]! |= 1 << (bit & 7);
  const [from, to] = [first >>> 3, Math.ceil(end / 8)];
  await writeAt(state.file, bitmapPosition(state, index) + from, bitmap.subarray(from, to));
}

function bitmapPosition(state: Editing, index: number): number {
  return (state.bat.readUInt32LE(index * 8 + 4) * 4096 + (state.bat.readUInt32LE(index * 8) >>> 20)) * mib;
}

async function loadBitmaps(state: Editing): Promise<void> {
  const { metadata } = state.image;
  if (!metadata.differencing) return;
  const ratio = chunkRatioOf(metadata);
  for (let block = 0; block < blockCountOf(metadata); block += ratio) {
    const index = bitmapIndexOf(block, ratio);
    if ((state.bat.readUInt32LE(index * 8) & 7) !== blockStates.fullyPresent) continue;
    const bitmap = Buffer.alloc(bitmapBlockBytes);
    await state.file.read(bitmap, 0, bitmapBlockBytes, bitmapPosition(state, index));
    state.bitmaps.set(index, bitmap);
  }
}

function presentRanges(state: Editing): readonly ByteRange[] {
  const { metadata } = state.image;
  const ratio = chunkRatioOf(metadata);
  const ranges: ByteRange[] = [];
  for (let block = 0; block < blockCountOf(metadata); block += 1) {
    const start = block * metadata.blockSize;
    const length = Math.min(metadata.blockSize, metadata.sizeBytes - start);
    const blockState = state.bat.readUInt32LE(batIndexOf(block, ratio) * 8) & 7;
    if (blockState === blockStates.fullyPresent) ranges.push({ offset: start, length });
    const bitmap = blockState === blockStates.partiallyPresent ? state.bitmaps.get(bitmapIndexOf(block, ratio)) : undefined;
    if (bitmap === undefined) continue;
    const firstBit = ((block % ratio) * metadata.blockSize) / metadata.logicalSectorSize;
    for (let sector = 0; sector < length / metadata.logicalSectorSize; sector += 1) {
      if (isSet(bitmap, firstBit + sector))
        ranges.push({ offset: start + sector * metadata.logicalSectorSize, length: metadata.logicalSectorSize });
    }
  }
  return coalesce(ranges);
}

/** The older header first, so that one valid header stands at every moment. */
async function writeHeaders(state: Editing, newGuid: () => string): Promise<void> {
  const { header: old } = state.image;
  const guids = { fileWriteGuid: newGuid(), dataWriteGuid: newGuid() };
  for (const [step, slot] of [1 - old.slot, old.slot].entries()) {
    await writeAt(state.file, headerOffsets[slot]!, header({ ...guids, sequenceNumber: old.sequenceNumber + 1n + BigInt(step) }));
    await state.file.datasync();
  }
}
