import { readFile } from 'node:fs/promises';
import { crc32, zstdDecompressSync } from 'node:zlib';
import { bufferSource, overlaid } from '#engine/blocks';
import { openNtfs } from '../../main/engine/formats/ntfs/index.ts';
import { mutate, type Numbers } from './mutate.ts';
import { walkSystem } from './walk-system.ts';
import type { Subject } from './disk-subject.ts';

const recordBytes = 1024;
const blockBytes = 4096;

/** Where a structure is, and which of its bytes are worth changing. */
interface Structure {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * A small volume with every feature, hit in its structures: records and index blocks, whose fixups are mended so that the change is
 * believed, and the bytes of compressed files, attribute lists, descriptors and bitmaps.
 */
export async function ntfsSubject(name: 'ntfs' | 'ntfs-dedup'): Promise<Subject> {
  const file = name === 'ntfs' ? 'ntfs-features' : name;
  const image = zstdDecompressSync(await readFile(new URL(`../fixtures/${file}.zst`, import.meta.url)));
  const structures = findStructures(image);
  return {
    name,
    async attempt(next) {
      const chosen = Array.from({ length: 1 + next(3) }, () => structures[next(structures.length)]!);
      const changed = [...new Set(chosen)]
        .toSorted((a, b) => a.offset - b.offset)
        .map(({ offset, bytes }) => ({ offset, bytes: mutated(image, { offset, bytes }, next) }));
      await walkSystem(await openNtfs(overlaid(bufferSource(image), changed)), next);
    },
  };
}

function mutated(image: Buffer, { offset, bytes }: Structure, next: Numbers): Buffer {
  const copy = Buffer.from(image.subarray(offset, offset + bytes));
  const isRecord = /^(FILE|INDX)/.test(copy.toString('latin1', 0, 4));
  // Most changes go where fields are; in a record that is its first part.
  const used = isRecord ? Math.min(bytes, Math.max(64, copy.readUInt32LE(copy[0] === 0x46 ? 24 : 28))) : bytes;
  const from = next(Math.max(1, used - 16));
  mutate(next(3) === 0 ? copy : copy.subarray(from, Math.min(used, from + 64)), next);
  mendReparse(copy);
  if (isRecord && next(4) > 0) mendFixups(copy, image.subarray(offset, offset + bytes));
  return copy;
}

const dedupTag = Buffer.from([0x13, 0, 0, 0x80]);

/** A deduplicated file's reparse data ends in a checksum of it. */
function mendReparse(copy: Buffer): void {
  const at = copy.indexOf(dedupTag);
  const end = at < 0 || at + 8 > copy.length ? 0 : at + 8 + copy.readUInt16LE(at + 4);
  if (end >= at + 12 && end <= copy.length) copy.writeUInt32LE(crc32(copy.subarray(at + 8, end - 4)), end - 4);
}

/** The ends of the sectors keep the check number that they had. */
function mendFixups(copy: Buffer, sound: Buffer): void {
  for (let at = 510; at < copy.length; at += 512) sound.copy(copy, at, at, at + 2);
}

function findStructures(image: Buffer): readonly Structure[] {
  const found: Structure[] = [{ offset: 0, bytes: 512 }];
  for (let offset = 0; offset < image.length; offset += recordBytes) {
    const magic = image.toString('latin1', offset, offset + 4);
    if (magic === 'FILE') found.push({ offset, bytes: recordBytes });
    else if (magic === 'INDX') found.push({ offset, bytes: blockBytes });
    // Whatever else is there and not a plain file's zeros: compressed data, lists, tables.
    else if (offset % blockBytes === 0 && image.subarray(offset, offset + 512).some((byte) => byte !== 0))
      found.push({ offset, bytes: blockBytes });
  }
  return found;
}
