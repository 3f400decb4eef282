import { HostkeepError, type ByteRange } from '#contract';
import type { FileSystem } from '../../formats/file-system.ts';
import { openFileSystem } from '../../formats/volumes/index.ts';
import type { PlacedVolume } from './guest-layout.ts';

/** What of a volume its guest does not use, in bytes of the volume. */
export interface UnusedRanges {
  readonly free: readonly ByteRange[];
  /** Contents of page, swap and hibernation files. */
  readonly excluded: readonly ByteRange[];
}

const nothing: UnusedRanges = { free: [], excluded: [] };
/** Files at the root of a Windows volume whose contents mean nothing after a restart. */
const volatileFiles = ['pagefile.sys', 'swapfile.sys', 'hiberfil.sys'];
/** The header of a Linux swap area is its first page; pages have up to 64 KiB. */
const swapHeaderBytes = 64 * 1024;
/** Bounds the memory of a plan; more than that is read like anything else. */
const maximumRanges = 1_000_000;

/**
 * By the volume's own bitmaps. A volume that is not consistent, or that cannot be understood, has nothing to leave out.
 * `quiesced` says that the guest flushed its file systems before the disk was taken.
 */
export async function unusedRanges(volume: PlacedVolume, quiesced: boolean): Promise<UnusedRanges> {
  if (volume.kind === 'swap') return quiesced ? swapContent(volume) : nothing;
  try {
    const system = await openFileSystem(volume.source);
    return (await isConsistent(system, quiesced)) ? await unusedOf(system) : nothing;
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return nothing;
    throw error;
  }
}

function swapContent(volume: PlacedVolume): UnusedRanges {
  const length = volume.source.sizeBytes - swapHeaderBytes;
  return length <= 0 ? nothing : { free: [], excluded: [{ offset: swapHeaderBytes, length }] };
}

/** Without a guest that came to rest, only a volume that was not in use at all is trusted. */
async function isConsistent(system: FileSystem, quiesced: boolean): Promise<boolean> {
  const { clean, freeSpace } = await system.state();
  return quiesced ? freeSpace !== 'uncertain' : clean && freeSpace === 'exact';
}

async function unusedOf(system: FileSystem): Promise<UnusedRanges> {
  const free: ByteRange[] = [];
  for await (const range of system.freeRanges()) {
    if (free.length >= maximumRanges) break;
    free.push(range);
  }
  return { free, excluded: system.kind === 'ntfs' ? await volatileContent(system) : [] };
}

async function volatileContent(system: FileSystem): Promise<readonly ByteRange[]> {
  const root = await system.root();
  const found: ByteRange[] = [];
  for (const name of volatileFiles) {
    const file = await system.child(root, name);
    if (file === undefined || file.type !== 'file' || file.unreadable !== null) continue;
    for (const { volumeOffset, length } of await system.ranges(file))
      if (volumeOffset !== null) found.push({ offset: volumeOffset, length });
  }
  return found;
}
