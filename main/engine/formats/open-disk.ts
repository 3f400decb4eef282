import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { DiskDescriptor } from './disk-descriptor.ts';
import { openImageFile, type ImageFile, type OpenImage } from './image-file.ts';
import { rawDisk } from './raw/index.ts';
import { isVhd, openVhd } from './vhd/index.ts';
import { openVhdx } from './vhdx/open.ts';

/** What must be kept of an image so that a restore gives back a file like it. */
export interface ImageFacts {
  readonly format: DiskDescriptor['format'];
  /** VHDX block size in bytes. */
  readonly blockSize: number;
  readonly diskId: string | null;
  readonly fixed: boolean;
}

export type OpenedDisk = BlockSource & { readonly image: ImageFacts };

/** Block size of a VHDX made from a raw image: what Hyper-V takes by default. */
const defaultBlockSize = 32 * 1024 * 1024;
const smallestVhdxBlock = 1024 * 1024;

/** Opens a disk image with all it needs; any number of threads may open the same one. @throws HostkeepError format/*, input/not-found */
export async function openDisk(descriptor: DiskDescriptor, options: OpenImage = {}): Promise<OpenedDisk> {
  if (descriptor.format === 'vhdx') {
    const { disk, top } = await openVhdx(descriptor, options);
    const { blockSize, diskId, fixed } = top.metadata;
    return { ...disk, image: { format: 'vhdx', blockSize, diskId, fixed } };
  }
  if (descriptor.format === 'vhd') {
    const { disk, top } = await openVhd(descriptor, options);
    const blockSize = Math.max(smallestVhdxBlock, top.header?.blockSize ?? defaultBlockSize);
    return { ...disk, image: { format: 'vhd', blockSize, diskId: null, fixed: top.footer.kind === 'fixed' } };
  }
  const file = await openImageFile(descriptor.path, options);
  try {
    return { ...rawDisk(file), image: { format: 'raw', blockSize: defaultBlockSize, diskId: null, fixed: false } };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Tells VHDX, VHD and raw apart by their signatures; names what is none of them. @throws HostkeepError format/unknown */
export async function describeImage(path: string): Promise<DiskDescriptor> {
  const file = await openImageFile(path);
  try {
    const signature = await signatureOf(file);
    if (signature.startsWith('vhdxfile')) return { format: 'vhdx', path };
    const other = foreignFormats.find(([prefix]) => signature.startsWith(prefix));
    if (other !== undefined) throw new HostkeepError('format/unknown', { path, format: other[1] });
    if (await isVhd(file)) return { format: 'vhd', path };
    if (signature.startsWith('conectix')) throw new HostkeepError('format/vhd-corrupt', { path, structure: 'footer' });
    return { format: 'raw', path };
  } finally {
    await file.close();
  }
}

const foreignFormats = [
  ['QFI\u00fb', 'QCOW2'],
  ['KDMV', 'VMDK'],
  ['<<< ', 'VDI'],
] as const;

async function signatureOf(file: ImageFile): Promise<string> {
  const head = Buffer.alloc(Math.min(8, file.sizeBytes));
  await file.read(0, head);
  return head.toString('latin1');
}
