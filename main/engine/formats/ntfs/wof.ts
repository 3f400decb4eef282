import { HostkeepError } from '#contract';
import { decodeLzx, decodeXpressHuffman } from '../compression/index.ts';
import { corrupt, readU64, unsupported } from './damage.ts';
import type { ReparsePoint } from './reparse.ts';
import type { ByteStream } from './stream.ts';

/** The stream that holds a WOF-compressed file's bytes. */
export const wofStreamName = 'WofCompressedData';

type Decode = (input: Uint8Array, output: Uint8Array) => void;

/** How the Windows Overlay Filter compressed a file: FILE_PROVIDER_EXTERNAL_INFO_V1 of its reparse point (winioctl.h). */
export interface WofCompression {
  readonly chunkBytes: number;
  readonly decode: Decode;
}

const providerWim = 1;
const providerFile = 2;
const algorithms: readonly WofCompression[] = [
  { chunkBytes: 4096, decode: decodeXpressHuffman },
  { chunkBytes: 32_768, decode: decodeLzx },
  { chunkBytes: 8192, decode: decodeXpressHuffman },
  { chunkBytes: 16_384, decode: decodeXpressHuffman },
];

/** @throws HostkeepError format/file-offline when the bytes are in a WIM file elsewhere, format/ntfs-unsupported */
export function wofCompression(reparse: ReparsePoint): WofCompression {
  const { data } = reparse;
  if (data.length < 8) throw corrupt('WOF reparse point', { bytes: data.length });
  const [version, provider] = [data.readUInt32LE(0), data.readUInt32LE(4)];
  if (version === 1 && provider === providerWim) throw new HostkeepError('format/file-offline', { where: 'a WIM file' });
  if (version !== 1 || provider !== providerFile || data.length < 16) throw unsupported('WOF provider');
  const algorithm = algorithms[data.readUInt32LE(12)];
  if (data.readUInt32LE(8) !== 1 || algorithm === undefined) throw unsupported('WOF algorithm');
  return algorithm;
}

/**
 * A WOF-compressed file: a table of where each chunk ends, then the chunks, as in a WIM resource. A chunk that is as long as what it
 * stands for is plain.
 */
export function wofStream(compressed: ByteStream, sizeBytes: number, how: WofCompression): ByteStream {
  const { chunkBytes, decode } = how;
  const chunks = Math.ceil(sizeBytes / chunkBytes);
  const pointerBytes = sizeBytes > 0xffffffff ? 8 : 4;
  const dataAt = (chunks - 1) * pointerBytes;
  let last: { readonly index: number; readonly bytes: Buffer } | undefined;

  /** Where chunks `first` to `end` begin, and where the last of them ends, in the compressed stream. */
  const bounds = async (first: number, end: number): Promise<readonly number[]> => {
    const from = Math.max(1, first);
    const to = Math.min(end, chunks - 1);
    const table = Buffer.alloc(Math.max(0, to - from + 1) * pointerBytes);
    if (table.length > 0) await readInside(compressed, (from - 1) * pointerBytes, table);
    return Array.from({ length: end - first + 1 }, (_, index) => {
      const chunk = first + index;
      if (chunk === 0) return dataAt;
      if (chunk === chunks) return compressed.sizeBytes;
      const at = (chunk - from) * pointerBytes;
      return dataAt + (pointerBytes === 8 ? readU64(table, at, 'WOF chunk table') : table.readUInt32LE(at));
    });
  };
  const plainBytes = (chunk: number): number => Math.min(chunkBytes, sizeBytes - chunk * chunkBytes);
  const checked = (starts: readonly number[], first: number): void => {
    for (let index = 0; index + 1 < starts.length; index += 1) {
      const length = starts[index + 1]! - starts[index]!;
      if (length <= 0 || length > plainBytes(first + index)) throw corrupt('WOF chunk table', { chunk: first + index, length });
    }
  };
  return {
    sizeBytes,
    allocatedBytes: compressed.allocatedBytes,
    storage: 'wof',
    runs: compressed.runs,
    async read(offset, target) {
      const endOffset = offset + target.byteLength;
      const [first, end] = [Math.floor(offset / chunkBytes), Math.ceil(endOffset / chunkBytes)];
      const starts = await bounds(first, end);
      checked(starts, first);
      const input = Buffer.alloc(starts.at(-1)! - starts[0]!);
      await readInside(compressed, starts[0]!, input);
      for (let chunk = first; chunk < end; chunk += 1) {
        const packed = input.subarray(starts[chunk - first]! - starts[0]!, starts[chunk - first + 1]! - starts[0]!);
        const [from, to] = [Math.max(offset, chunk * chunkBytes), Math.min(endOffset, chunk * chunkBytes + plainBytes(chunk))];
        const part = target.subarray(from - offset, to - offset);
        if (packed.length === plainBytes(chunk)) part.set(packed.subarray(from - chunk * chunkBytes, to - chunk * chunkBytes));
        else if (part.length === plainBytes(chunk)) decode(packed, part);
        else {
          if (last?.index !== chunk) {
            const bytes = Buffer.alloc(plainBytes(chunk));
            decode(packed, bytes);
            last = { index: chunk, bytes };
          }
          part.set(last.bytes.subarray(from - chunk * chunkBytes, to - chunk * chunkBytes));
        }
      }
    },
  };
}

async function readInside(stream: ByteStream, offset: number, target: Uint8Array): Promise<void> {
  if (offset + target.byteLength > stream.sizeBytes) throw corrupt('WOF chunk table', { offset, bytes: stream.sizeBytes });
  await stream.read(offset, target);
}
