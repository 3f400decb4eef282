import type { FileHandle } from 'node:fs/promises';
import { batEntriesOf, batIndexOf, blockCountOf, blockStates, chunkRatioOf, mib } from './layout.ts';
import { headerSection, metadataRegion, ownLayout, writeBatEntry, type VhdxShape, type WriteGuids } from './structures.ts';

/** The whole layout of a VHDX to be written, as plain data: any thread can say where a byte of the disk goes. */
export interface VhdxPlan {
  readonly shape: VhdxShape;
  readonly batLength: number;
  /** For every block, its place among the blocks of the file plus one; 0 when the file does not have it. */
  readonly ordinals: Uint32Array;
  readonly payloadOffset: number;
  readonly fileBytes: number;
}

/** Lays out the given blocks one after the other; a fixed disk has all of them. */
export function planVhdx(shape: VhdxShape, hasData: (block: number) => boolean): VhdxPlan {
  const blocks = blockCountOf(shape);
  const ordinals = new Uint32Array(blocks);
  let count = 0;
  for (let block = 0; block < blocks; block += 1) if (shape.fixed || hasData(block)) ordinals[block] = count += 1;
  const batLength = Math.ceil((batEntriesOf(shape, false) * 8) / mib) * mib;
  const payloadOffset = ownLayout.batOffset + batLength;
  return { shape, batLength, ordinals, payloadOffset, fileBytes: payloadOffset + count * shape.blockSize };
}

/** Where a byte of the disk lies in the file; undefined in a block that the file does not have. */
export function vhdxPosition(plan: VhdxPlan, offset: number): number | undefined {
  const block = Math.floor(offset / plan.shape.blockSize);
  const ordinal = plan.ordinals[block];
  if (ordinal === undefined || ordinal === 0) return undefined;
  return plan.payloadOffset + (ordinal - 1) * plan.shape.blockSize + (offset - block * plan.shape.blockSize);
}

/** Writes metadata and BAT, flushes, and only then the headers: before that the file is no VHDX at all. */
export async function writeVhdxStructures(file: FileHandle, plan: VhdxPlan, guids: WriteGuids): Promise<void> {
  const ratio = chunkRatioOf(plan.shape);
  const bat = Buffer.alloc(plan.batLength);
  plan.ordinals.forEach((ordinal, block) => {
    if (ordinal > 0)
      writeBatEntry(
        bat,
        batIndexOf(block, ratio),
        blockStates.fullyPresent,
        plan.payloadOffset + (ordinal - 1) * plan.shape.blockSize,
      );
  });
  await writeAt(file, ownLayout.metadataOffset, metadataRegion(plan.shape));
  await writeAt(file, ownLayout.batOffset, bat);
  await file.datasync();
  await writeAt(file, 0, headerSection(guids, plan.batLength));
  await file.datasync();
}

/** Writes all of the bytes at a position. */
export async function writeAt(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength;)
    done += (await file.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
}
