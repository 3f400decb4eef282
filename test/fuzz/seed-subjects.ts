import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { diskSubject, type Subject } from './disk-subject.ts';
import { sealBtrfs, sealExfat, sealXfs } from './seals.ts';

/** Checksums put right again after a change, so that the change is believed. */
type Seal = (block: Buffer, offset: number) => void;

interface Seed {
  readonly name: string;
  readonly seal?: Seal;
  /** What of it is worth changing, where not all structure is. */
  readonly isWanted?: (block: Buffer) => boolean;
}

/** Blocks of the log of Btrfs, by the owner that they name. */
const isOfLog = (block: Buffer): boolean => block.readBigInt64LE(88) === -6n;

export const extSeeds: readonly Seed[] = [{ name: 'ext2' }, { name: 'ext4' }, { name: 'ext4-sums' }, { name: 'ext4-pending' }];
/** One group a file system. */
export const otherSeeds: readonly (readonly Seed[])[] = [
  [{ name: 'fat12' }, { name: 'fat16' }, { name: 'fat32' }],
  [{ name: 'exfat', seal: sealExfat }],
  [{ name: 'xfs', seal: sealXfs }],
  [
    { name: 'btrfs', seal: sealBtrfs },
    { name: 'btrfs-pending', seal: sealBtrfs, isWanted: isOfLog },
  ],
];

/** Images that make.sh made. Blocks that are not empty and not content are structure. */
export async function seedSubjects(seeds: readonly Seed[]): Promise<readonly Subject[]> {
  return Promise.all(
    seeds.map(async ({ name, seal, isWanted = isStructure }) => {
      const image = zstdDecompressSync(await readFile(new URL(`./seeds/${name}.img.zst`, import.meta.url)));
      return diskSubject(name, { image, isStructure: isWanted, ...(seal === undefined ? {} : { seal }) });
    }),
  );
}

const zeros = Buffer.alloc(4096);

function isStructure(block: Buffer): boolean {
  if (zeros.subarray(0, block.length).equals(block)) return false;
  const first = block.findIndex((byte) => byte !== 0);
  return !block.subarray(first).toString('latin1', 0, 64).includes('DATADATA');
}
