import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { HostkeepError } from '#contract';

const blockBytes = 4096;
const limitBytes = 64 * 1024 * 1024;

/** What is written to a disk in one go. */
export interface DiskWrite {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The content of the disk on its first day; what is not written is zero. */
export async function seedWrites(name: string): Promise<readonly DiskWrite[]> {
  return writesAt(await asset(`${name}.zst`), 0);
}

/** What a guest writes on a day: the blocks in which the disk then differs. Days repeat after the last. */
export async function dayWrites(name: string, day: number): Promise<readonly DiskWrite[]> {
  const bytes = await asset(`${name}.days.zst`);
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at) * (4 + blockBytes)) starts.push(at);
  return writesAt(bytes, starts[day % starts.length]!);
}

async function asset(name: string): Promise<Buffer> {
  try {
    return zstdDecompressSync(await readFile(new URL(`../../assets/lab/${name}`, import.meta.url)), {
      maxOutputLength: limitBytes,
      // All of it at once: pieces would have to be joined.
      chunkSize: limitBytes,
    });
  } catch (cause) {
    throw new HostkeepError('lab/asset-damaged', { asset: name }, cause);
  }
}

/** A list of blocks: their count, their numbers, then their bytes. Neighbours become one write. */
function writesAt(list: Buffer, start: number): readonly DiskWrite[] {
  const count = list.readUInt32LE(start);
  const block = (index: number): number => list.readUInt32LE(start + 4 + index * 4);
  const content = start + 4 + count * 4;
  const writes: DiskWrite[] = [];
  for (let from = 0; from < count;) {
    let end = from + 1;
    while (end < count && block(end) === block(end - 1) + 1) end += 1;
    writes.push({
      offset: block(from) * blockBytes,
      bytes: list.subarray(content + from * blockBytes, content + end * blockBytes),
    });
    from = end;
  }
  return writes;
}
