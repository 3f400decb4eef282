import { HostkeepError } from '#contract';
import type { FileTimes } from '../../formats/file-system.ts';
import { freeName, nameKey } from './free-names.ts';
import { sidecarName, sidecarNames, streamFolder } from './sidecar.ts';
import { zipSidecar } from './zip-sidecar.ts';
import type { FileTarget, FileToWrite, Piece } from './target.ts';
import { zipWriter, type WriteBytes } from './zip-writer.ts';

const noTimes: FileTimes = { created: null, modified: null, accessed: null, changed: null };
const modes = { file: 0o100644, folder: 0o040755, link: 0o120777 } as const;
const folderAttribute = 0x10;
/** A zip holds zeros where a folder's file has holes; more than this of them is refused. */
const mostHoles = 64 * 2 ** 30;
/** Bytes of UTF-8 that a zip has room for, with the slash that ends a folder. */
const longestPath = 65_535;

/** A zip, written as a stream. Further names of a file hold its content again, since a zip knows no hard links. */
export function zipTarget(write: WriteBytes): FileTarget {
  const zip = zipWriter(write);
  const used = new Map([['', new Set(sidecarNames.map(nameKey))]]);
  const sidecar = zipSidecar((name, lines) => writeSidecar(name, lines));
  let streams = 0;
  const claim = async (parent: string, name: string): Promise<string> => {
    const names = used.get(parent) ?? new Set();
    used.set(parent, names);
    const chosen = await freeName(name, (candidate) => names.has(nameKey(candidate)));
    names.add(nameKey(chosen));
    const path = parent === '' ? chosen : `${parent}/${chosen}`;
    if (Buffer.byteLength(path) >= longestPath)
      throw new HostkeepError('recovery/path-too-long', { bytes: Buffer.byteLength(path) });
    return path;
  };
  const writeSidecar = async (name: string, lines: readonly Uint8Array[]): Promise<void> => {
    // The first of them is nobody else's; a guest may have one that is called like a later one.
    const path = name === sidecarName ? name : await claim('', name);
    await zip.add({ name: path, times: noTimes, windowsAttributes: 2, mode: modes.file }, from(lines));
  };
  return {
    folder: (parent, name) => claim(parent, name),
    async file(parent, file) {
      refuseHoles(file);
      const path = await claim(parent, file.name);
      const attributes = file.details.windowsAttributes ?? 0;
      const mode = file.details.unix === null ? modes.file : 0o100000 | (file.details.unix.mode & 0o777);
      const entry = { name: path, times: file.details.times, windowsAttributes: attributes & 0x27, mode };
      await zip.add(entry, filled(file.pieces(0), file.sizeBytes));
      return { outcome: 'written', path };
    },
    async link(parent, name, target) {
      const path = await claim(parent, name);
      await zip.add({ name: path, times: noTimes, windowsAttributes: 0, mode: modes.link }, once(Buffer.from(target, 'utf8')));
      return { outcome: 'written', path };
    },
    finishFolder(path, details) {
      // Nothing more comes into it.
      used.delete(path);
      return zip.add({ name: `${path}/`, times: details.times, windowsAttributes: folderAttribute, mode: modes.folder }, none());
    },
    note: sidecar.note,
    async stream(_of, _name, pieces) {
      streams += 1;
      const name = `${streamFolder}/${streams}`;
      await zip.add({ name, times: noTimes, windowsAttributes: 0, mode: modes.file }, bytesOf(pieces));
      return name;
    },
    async close() {
      await sidecar.end();
      await zip.finish();
    },
    abandon: async () => undefined,
  };
}

function refuseHoles(file: FileToWrite): void {
  if (file.sizeBytes - file.details.allocatedBytes > mostHoles && file.details.storage === 'sparse')
    throw new HostkeepError('recovery/too-sparse', { bytes: file.sizeBytes, allocated: file.details.allocatedBytes });
}

const zeros = Buffer.alloc(1024 * 1024);

/** The whole content, with zeros where there are holes. */
async function* filled(pieces: AsyncIterable<Piece>, sizeBytes: number): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const { offset, bytes } of pieces) {
    yield* zeroBytes(offset - at);
    yield bytes;
    at = offset + bytes.byteLength;
  }
  yield* zeroBytes(sizeBytes - at);
}

function* zeroBytes(count: number): Iterable<Uint8Array> {
  for (let left = count; left > 0; left -= zeros.length) yield zeros.subarray(0, Math.min(left, zeros.length));
}

async function* bytesOf(pieces: AsyncIterable<Piece>): AsyncIterable<Uint8Array> {
  for await (const { bytes } of pieces) yield bytes;
}

async function* from(buffers: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* buffers;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

async function* none(): AsyncIterable<Uint8Array> {}
