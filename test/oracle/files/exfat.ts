import { run } from '../../fixtures/tools.ts';
import { mountedOracle, type MountedOptions, type MountedVolume } from './mounted-oracle.ts';
import { kitFiles } from './sleuth-kit.ts';

const mount = ['mount', '-t', 'exfat-fuse', '-o', 'loop'];
const make = (clusterBytes: number, mebibytes: number): MountedVolume => ({
  mebibytes,
  make: (image) => void run('mkfs.exfat', '-c', String(clusterBytes), '-L', 'hostkeep', image),
  mount,
});

export const exfatOptions: MountedOptions = {
  fileSystem: 'exFAT',
  tools: { 'mkfs.exfat': 'exfatprogs', 'mount.exfat-fuse': 'exfat-fuse', fls: 'sleuthkit' },
  isUnix: false,
  volumes: {
    '512': make(512, 64),
    '4096': make(4096, 200),
    '32768': make(32_768, 400),
    '131072': make(131_072, 600),
    '1048576': make(1024 * 1024, 4096),
  },
  others: (image) => kitFiles(image, 'exfat', (path) => path.startsWith('OrphanFiles') || path.includes('(Volume Label')),
};

export const exfatOracle = mountedOracle(exfatOptions);
