import { HostkeepError } from '#contract';
import type { FileSystem } from './file-system.ts';

/** Of a file system whose files have no alternate streams. */
export const withoutStreams: Pick<FileSystem, 'readStream'> = {
  async readStream(file, stream) {
    throw new HostkeepError('recovery/path-not-found', { path: `${file.name}:${stream}` });
  },
};
