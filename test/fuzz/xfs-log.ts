import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { bufferSource, overlaid } from '#engine/blocks';
import { crc32c } from '#engine/bytes';
import { openXfs } from '../../main/engine/formats/xfs/index.ts';
import type { Subject } from './disk-subject.ts';
import { mutate, type Numbers } from './mutate.ts';
import { walkSystem } from './walk-system.ts';

const recordMagic = 0xfeedbabe;
const unitBytes = 32 * 1024;

interface LoggedRecord {
  readonly offset: number;
  readonly headerBytes: number;
  readonly bytes: number;
}

/** A volume with changes in its log, hit in the records of the log, whose checksums are mended so that the change is believed. */
export async function xfsLogSubject(): Promise<Subject> {
  const image = zstdDecompressSync(await readFile(new URL('./seeds/xfs-pending.img.zst', import.meta.url)));
  const records = recordsIn(image);
  return {
    name: 'xfs-log',
    async attempt(next) {
      const record = records[next(records.length)]!;
      await walkSystem(
        await openXfs(overlaid(bufferSource(image), [{ offset: record.offset, bytes: changed(image, record, next) }])),
        next,
      );
    },
  };
}

function changed(image: Buffer, { offset, headerBytes, bytes }: LoggedRecord, next: Numbers): Buffer {
  const copy = Buffer.from(image.subarray(offset, offset + headerBytes + bytes));
  for (let count = 1 + next(3); count > 0; count -= 1) {
    const from = next(8) === 0 ? 0 : headerBytes + next(Math.max(1, bytes - 64));
    mutate(copy.subarray(from, from + 64), next);
  }
  if (next(8) > 0) seal(copy, headerBytes, bytes);
  return copy;
}

function seal(record: Buffer, headerBytes: number, bytes: number): void {
  record.writeUInt32LE(0, 32);
  let sum = crc32c(record.subarray(0, 328));
  for (let header = 1; header * unitBytes < bytes; header += 1)
    sum = crc32c(record.subarray(header * 512, header * 512 + 260), sum);
  record.writeUInt32LE(crc32c(record.subarray(headerBytes, headerBytes + bytes), sum), 32);
}

function recordsIn(image: Buffer): readonly LoggedRecord[] {
  const found: LoggedRecord[] = [];
  for (let offset = 0; offset < image.length; offset += 512) {
    const bytes = image.readUInt32BE(offset) === recordMagic ? image.readUInt32BE(offset + 12) : 0;
    if (bytes === 0 || offset + bytes > image.length) continue;
    found.push({ offset, headerBytes: Math.max(1, Math.ceil(image.readUInt32BE(offset + 320) / unitBytes)) * 512, bytes });
  }
  return found;
}
