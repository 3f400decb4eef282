import { HostkeepError } from '#contract';
import type { FileNode } from '../file-system.ts';
import { corrupt } from './damage.ts';
import { dedupStream } from './dedup/index.ts';
import { attributeTypes } from './layout.ts';
import { natureOf } from './nature.ts';
import { openStream, type ByteStream } from './stream.ts';
import type { NtfsVolume } from './volume.ts';
import { wofCompression, wofStream, wofStreamName } from './wof.ts';

const keptStreams = 32;
/** A stream with more runs than this is kept alone. */
const manyRuns = 200_000;

/** Opens files' streams and keeps the last ones, since a file is read piece by piece. */
export interface ContentReader {
  /** The file as its user sees it. @throws what its `unreadable` says */
  main(file: FileNode): Promise<ByteStream>;
  /** @throws HostkeepError recovery/path-not-found */
  named(file: FileNode, name: string): Promise<ByteStream>;
}

export function contentReader(volume: NtfsVolume): ContentReader {
  const kept = new Map<string, Promise<ByteStream>>();
  const keep = (key: string, open: () => Promise<ByteStream>): Promise<ByteStream> => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= keptStreams) kept.delete(kept.keys().next().value!);
    const opening = open();
    kept.set(key, opening);
    opening.then(
      (stream) => {
        if (stream.runs.length < manyRuns) return;
        kept.clear();
        kept.set(key, opening);
      },
      () => kept.delete(key),
    );
    return opening;
  };
  return {
    async main(file) {
      if (file.unreadable !== null) throw new HostkeepError(file.unreadable, { file: file.name });
      return keep(String(file.id), () => mainStream(volume, file.id));
    },
    named: (file, name) => keep(`${file.id}:${name}`, () => namedStream(volume, file, name)),
  };
}

export async function mainStream(volume: NtfsVolume, number: number): Promise<ByteStream> {
  const file = await volume.file(number);
  const { reparse, unreadable } = await natureOf(volume, file);
  if (unreadable !== null) throw new HostkeepError(unreadable, { record: number });
  const pieces = await file.pieces(attributeTypes.data, '');
  // Even an empty file has the attribute.
  if (pieces.length === 0) throw corrupt('data attribute', { record: number });
  const stream = openStream(volume, pieces);
  if (reparse?.kind === 'dedup') return dedupStream(volume, reparse, stream);
  if (reparse?.kind !== 'wof') return stream;
  const compressed = await file.pieces(attributeTypes.data, wofStreamName);
  if (compressed.length === 0) throw corrupt('WOF stream', { record: number });
  return wofStream(openStream(volume, compressed), stream.sizeBytes, wofCompression(reparse));
}

async function namedStream(volume: NtfsVolume, file: FileNode, name: string): Promise<ByteStream> {
  const pieces = name === '' ? [] : await (await volume.file(file.id)).pieces(attributeTypes.data, name);
  if (pieces.length === 0) throw new HostkeepError('recovery/path-not-found', { path: `${file.name}:${name}` });
  return openStream(volume, pieces);
}
