import type { ImageFile } from '../image-file.ts';
import type { LogReplay } from './log.ts';

/** The file as it is once its log has been replayed; the file itself is not touched. */
export function replayedFile(file: ImageFile, replay: LogReplay): ImageFile {
  return {
    ...file,
    sizeBytes: replay.fileBytes,
    async read(position, target) {
      const inFile = Math.max(0, Math.min(target.byteLength, file.sizeBytes - position));
      if (inFile > 0) await file.read(position, target.subarray(0, inFile));
      target.fill(0, inFile);
      for (const sector of replay.sectors) {
        const from = Math.max(sector.offset, position);
        const to = Math.min(sector.offset + sector.bytes.byteLength, position + target.byteLength);
        if (from < to) target.set(sector.bytes.subarray(from - sector.offset, to - sector.offset), from - position);
      }
    },
  };
}
