import { run } from '../../fixtures/tools.ts';
import { mountedOracle, type MountedOptions, type MountedVolume } from './mounted-oracle.ts';

const filler = new URL('./btrfs-fill.py', import.meta.url).pathname;

function volume(compression: string, ...options: readonly string[]): MountedVolume {
  return {
    mebibytes: 400,
    make: (image) => void run('mkfs.btrfs', '-q', '-f', ...options, image),
    mount: ['mount', '-o', compression === 'none' ? 'loop' : `loop,compress-force=${compression}`],
    fillMore: (root) => void run('python3', filler, root),
  };
}

/** Every checksum, compression and block size, and what Btrfs alone has: subvolumes, snapshots, shared and reserved extents. */
export const btrfsOptions: MountedOptions = {
  fileSystem: 'Btrfs',
  tools: { 'mkfs.btrfs': 'btrfs-progs' },
  isUnix: true,
  // What stands in a snapshot where a subvolume was.
  isMadeUp: ({ inode }) => inode === 2,
  volumes: {
    crc32c: volume('none'),
    'crc32c, zlib': volume('zlib', '-d', 'dup'),
    'sha256, lzo': volume('lzo', '--csum', 'sha256'),
    'blake2b, zstd': volume('zstd', '--csum', 'blake2', '-n', '65536'),
    'xxhash64, zstd, mixed': volume('zstd:1', '--csum', 'xxhash', '--mixed', '-n', '4096'),
    'holes named, large references': volume('none', '-O', '^no-holes,^skinny-metadata', '-m', 'single', '-n', '4096'),
  },
};

export const btrfsOracle = mountedOracle(btrfsOptions);
