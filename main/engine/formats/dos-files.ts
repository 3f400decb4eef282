import { HostkeepError } from '#contract';
import type { FileDetails, FileNode, FileSystem, FileTimes } from './file-system.ts';
import { withoutStreams } from './without-streams.ts';

/** The root of a volume of FAT or exFAT, which has no entry of its own. */
export const dosRoot: FileNode = { id: 0, name: '', type: 'folder', sizeBytes: 0, modified: null, unreadable: null };

export const noTimes: FileTimes = { created: null, modified: null, accessed: null, changed: null };

/** Files have no owner, no second name, and nothing beside their content. */
export function dosDetails(of: Pick<FileDetails, 'times' | 'windowsAttributes' | 'allocatedBytes'>): FileDetails {
  return {
    ...of,
    unix: null,
    links: 1,
    streams: [],
    security: null,
    xattrs: [],
    reparse: null,
    storage: 'plain',
    unreadable: null,
  };
}

/** What FAT and exFAT lack alike. */
export const dosLacks: Pick<FileSystem, 'readStream' | 'linkTarget'> = {
  ...withoutStreams,
  async linkTarget(link) {
    throw new HostkeepError('recovery/not-a-file', { name: link.name });
  },
};
