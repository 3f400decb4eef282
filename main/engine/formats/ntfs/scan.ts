import { hasCode } from '#contract';
import type { ScannedFile, ScanOptions } from '../file-system.ts';
import { fileOf } from './file.ts';
import { parseFileName } from './folder.ts';
import { attributeTypes, ownRecords } from './layout.ts';
import { nodeOf, plainNode } from './node.ts';
import { parseRecord, residentContent, type FileRecord } from './record.ts';
import { openStream, readStream } from './stream.ts';
import type { NtfsVolume } from './volume.ts';

const pieceBytes = 1024 * 1024;

/** Reads the table from start to end; what lies in other records of the table is looked up as it is met. */
export async function* scanVolume(volume: NtfsVolume, options: ScanOptions): AsyncIterable<ScannedFile> {
  const ownFolders = new Set<number>([ownRecords.extend]);
  const touched = options.only === undefined ? undefined : volume.mft.recordsIn(options.only);
  const given = new Set<number>();
  for await (const record of recordsOf(volume, options, touched)) {
    const number = touched === undefined ? record.number : (record.base?.record ?? record.number);
    if (number < ownRecords.firstUser && number !== ownRecords.root) continue;
    if (touched !== undefined && given.has(number)) continue;
    if (touched !== undefined) given.add(number);
    if (touched === undefined && record.base !== null) continue;
    try {
      const own = number === record.number ? record : await volume.mft.record(number);
      if (!own.inUse || own.base !== null) continue;
      for (const file of await namesOf(volume, own)) {
        if (!ownFolders.has(file.parentId)) yield file;
        else if (file.type === 'folder') ownFolders.add(file.id);
      }
    } catch (error) {
      if (options.onDamage === undefined || !hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) throw error;
      options.onDamage(error);
    }
  }
}

/** One row for each name of a file. */
async function namesOf(volume: NtfsVolume, record: FileRecord): Promise<readonly ScannedFile[]> {
  const plain = plainNode(record, '');
  const file = plain === undefined ? await fileOf(volume, volume.mft, record) : undefined;
  const node = plain ?? (await nodeOf(volume, file!, ''));
  const metadataOffset = volume.mft.volumeOffset(record.number);
  if (record.number === ownRecords.root) return [{ ...node, parentId: ownRecords.root, metadataOffset }];
  const attributes =
    file === undefined
      ? record.attributes.filter(({ type }) => type === attributeTypes.fileName)
      : await file.all(attributeTypes.fileName);
  const names = attributes.map((attribute) => parseFileName(residentContent(attribute)));
  return names.flatMap((name) => (name.isDosName ? [] : [{ ...node, name: name.text, parentId: name.parent, metadataOffset }]));
}

/** Records in use, sequentially. A record that is in use by the table's own bitmap and cannot be read is told as damage. */
async function* recordsOf(
  volume: NtfsVolume,
  options: ScanOptions,
  touched: readonly { readonly first: number; readonly end: number }[] | undefined,
): AsyncIterable<FileRecord> {
  const { recordSize } = volume.geometry;
  const isUsed = await tableBitmap(volume);
  const perPiece = pieceBytes / recordSize;
  for (const { first, end } of touched ?? [{ first: 0, end: volume.mft.recordCount }]) {
    for (let start = first; start < end; start += perPiece) {
      const piece = Buffer.alloc(Math.min(perPiece, end - start) * recordSize);
      await volume.mft.readRaw(start, piece);
      const used = await isUsed(start, piece.length / recordSize);
      for (let at = 0; at < piece.length; at += recordSize) {
        const number = start + at / recordSize;
        if (!used(number)) continue;
        const record = parsed(piece.subarray(at, at + recordSize), number, options);
        if (record?.inUse === true) yield record;
      }
    }
  }
}

function parsed(bytes: Buffer, number: number, options: ScanOptions): FileRecord | undefined {
  try {
    return parseRecord(bytes, number);
  } catch (error) {
    if (options.onDamage === undefined || !hasCode(error, 'format/ntfs-corrupt')) throw error;
    options.onDamage(error);
    return undefined;
  }
}

/** [NTFS] "File - $MFT": its $BITMAP has a bit for each record in use. */
async function tableBitmap(volume: NtfsVolume): Promise<(first: number, count: number) => Promise<(number: number) => boolean>> {
  const table = await volume.file(ownRecords.mft);
  const stream = openStream(volume, await table.pieces(attributeTypes.bitmap, ''));
  return async (first, count) => {
    const start = Math.floor(first / 8);
    const bits = Buffer.alloc(Math.ceil((first + count) / 8) - start);
    const there = Math.max(0, Math.min(bits.length, stream.sizeBytes - start));
    await readStream(stream, start, bits.subarray(0, there));
    return (number) => (bits[Math.floor(number / 8) - start]! & (1 << (number % 8))) !== 0;
  };
}
