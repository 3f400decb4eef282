import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { HostkeepError } from '#contract';

const blockBytes = 4096;
const limitBytes = 512 * 1024 * 1024;

async function asset(name: string): Promise<Buffer> {
  try {
    return zstdDecompressSync(await readFile(new URL(`../../assets/lab/${name}`, import.meta.url)), {
      maxOutputLength: limitBytes,
    });
  } catch (cause) {
    throw new HostkeepError('lab/asset-damaged', { asset: name }, cause);
  }
}

/** The disk as it is on its first day. */
export function seedImage(name: string): Promise<Buffer> {
  return asset(`${name}.zst`);
}

export interface DayWrite {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What a guest writes on a day: the blocks in which the disk then differs, neighbours joined. Days repeat after the last. */
export async function dayWrites(name: string, day: number): Promise<readonly DayWrite[]> {
  const bytes = await asset(`${name}.days.zst`);
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at) * (4 + blockBytes)) starts.push(at);
  const start = starts[day % starts.length]!;
  const count = bytes.readUInt32LE(start);
  const content = start + 4 + count * 4;
  const writes: DayWrite[] = [];
  for (let index = 0; index < count; index += 1) {
    const offset = bytes.readUInt32LE(start + 4 + index * 4) * blockBytes;
    const block = bytes.subarray(content + index * blockBytes, content + (index + 1) * blockBytes);
    const last = writes.at(-1);
    if (last !== undefined && last.offset + last.bytes.length === offset)
      writes[writes.length - 1] = { offset: last.offset, bytes: Buffer.concat([last.bytes, block]) };
    else writes.push({ offset, bytes: block });
  }
  return writes;
}
