import { run } from '../../fixtures/tools.ts';
import { mountedOracle, type MountedOptions, type MountedVolume } from './mounted-oracle.ts';

const mkfs = (...options: readonly string[]): MountedVolume => ({
  mebibytes: 400,
  make: (image) => void run('mkfs.xfs', '-q', '-f', ...options, image),
  mount: ['mount', '-o', 'loop'],
});

export const xfsOptions: MountedOptions = {
  fileSystem: 'XFS',
  tools: { 'mkfs.xfs': 'xfsprogs' },
  isUnix: true,
  volumes: {
    '5, 4096': mkfs(),
    '5, 1024, folders 4096': mkfs('-b', 'size=1024', '-n', 'size=4096'),
    '5, inodes 2048': mkfs('-i', 'size=2048,nrext64=1'),
    '5, no big times': mkfs('-m', 'bigtime=0,reflink=0,rmapbt=1'),
  },
};

export const xfsOracle = mountedOracle(xfsOptions);
