import { run } from '../../fixtures/tools.ts';
import { mountedOracle, type MountedOptions, type MountedVolume } from './mounted-oracle.ts';
import { kitFiles } from './sleuth-kit.ts';

const mount = ['mount', '-o', 'loop'];
const mke2fs = (...options: readonly string[]): MountedVolume => ({
  mebibytes: 300,
  make: (image) => void run('mke2fs', '-q', '-F', ...options, image),
  mount,
});

/** Block sizes and every feature that changes where things are or how they are guarded. */
export const extOptions: MountedOptions = {
  fileSystem: 'ext',
  tools: { mke2fs: 'e2fsprogs', fls: 'sleuthkit' },
  isUnix: true,
  volumes: {
    'ext2 1024': mke2fs('-t', 'ext2', '-b', '1024'),
    'ext2 4096': mke2fs('-t', 'ext2', '-b', '4096', '-I', '128'),
    'ext3 1024': mke2fs('-t', 'ext3', '-b', '1024'),
    'ext3 2048': mke2fs('-t', 'ext3', '-b', '2048'),
    'ext4 1024': mke2fs('-t', 'ext4', '-b', '1024'),
    'ext4 4096': mke2fs('-t', 'ext4', '-b', '4096'),
    'ext4 no sums': mke2fs('-t', 'ext4', '-O', '^metadata_csum,uninit_bg'),
    'ext4 inline data': mke2fs('-t', 'ext4', '-O', 'inline_data', '-I', '256'),
    'ext4 inline data in 1024': mke2fs('-t', 'ext4', '-O', 'inline_data', '-I', '1024', '-b', '1024'),
    'ext4 meta groups': mke2fs('-t', 'ext4', '-O', 'meta_bg,^resize_inode', '-b', '1024', '-g', '2048'),
    'ext4 clusters': mke2fs('-t', 'ext4', '-O', 'bigalloc', '-C', '65536'),
    'ext4 32 bits': mke2fs('-t', 'ext4', '-O', '^64bit,^flex_bg,sparse_super2'),
    'ext4 value inodes': mke2fs('-t', 'ext4', '-O', 'ea_inode,large_dir'),
  },
  // The Sleuth Kit takes times for 32 bits without a sign, and fails on many pieces with holes between ("No filler entry").
  others: (image) =>
    isExt4Only(image) ? [] : kitFiles(image, 'ext', (path) => path.startsWith('times/unix ') || path === 'sparse/combed'),
};

/** The Sleuth Kit knows neither inline data nor meta groups, clusters and value inodes. */
function isExt4Only(image: string): boolean {
  const told = run('dumpe2fs', '-h', image);
  return /inline_data|meta_bg|bigalloc|ea_inode/.test(told);
}

export const extOracle = mountedOracle(extOptions);
