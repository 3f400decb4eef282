import { dirname, isAbsolute, join, resolve } from 'node:path';
import { hasCode, HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { openImageFile, type OpenImage } from '../image-file.ts';
import { vhdxDisk } from './disk.ts';
import { parseImage, type VhdxImage } from './image.ts';
import { limits } from './layout.ts';

export interface VhdxDescriptor {
  readonly path: string;
  /** Files of the parents, nearest first; otherwise the parent locators are followed. */
  readonly parents?: readonly string[];
}

/** A VHDX and its whole chain. @throws HostkeepError format/vhdx-* */
export async function openVhdx(
  descriptor: VhdxDescriptor,
  options: OpenImage = {},
): Promise<{ readonly disk: BlockSource; readonly top: VhdxImage }> {
  const chain: VhdxImage[] = [];
  const paths = new Set<string>();
  try {
    for (let path: string | undefined = resolve(descriptor.path); path !== undefined;) {
      if (paths.has(path) || chain.length >= limits.chainLength)
        throw new HostkeepError('format/vhdx-corrupt', { structure: 'parent chain', path });
      paths.add(path);
      const image: VhdxImage = await openImage(path, options, chain.at(-1));
      chain.push(image);
      path = image.metadata.differencing ? await parentPath(image, path, descriptor.parents?.[chain.length - 1]) : undefined;
    }
  } catch (error) {
    for (const image of chain) await image.file.close();
    throw error;
  }
  const disk = chain.reduceRight<BlockSource | undefined>((parent, image) => vhdxDisk(image, parent), undefined);
  return { disk: disk!, top: chain[0]! };
}

async function openImage(path: string, options: OpenImage, child: VhdxImage | undefined): Promise<VhdxImage> {
  const file = await openImageFile(path, options);
  try {
    const image = await parseImage(file);
    if (child !== undefined) checkLinkage(child, image, path);
    return image;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The child names the state of the parent it was made from [2.6.2.6.3]. */
function checkLinkage(child: VhdxImage, parent: VhdxImage, path: string): void {
  const wanted = ['parent_linkage', 'parent_linkage2'].flatMap(
    (key) => child.metadata.parent.get(key)?.replaceAll(/[{}]/g, '').toLowerCase() ?? [],
  );
  const matches =
    wanted.includes(parent.header.dataWriteGuid) && parent.metadata.logicalSectorSize === child.metadata.logicalSectorSize;
  if (!matches) throw new HostkeepError('format/vhdx-parent-mismatch', { parent: path, child: child.file.path });
}

/** Paths are tried in the order of the specification: relative, volume, absolute. */
async function parentPath(image: VhdxImage, childPath: string, given: string | undefined): Promise<string> {
  const locator = image.metadata.parent;
  const named = ['relative_path', 'volume_path', 'absolute_win32_path'].flatMap((key) => locator.get(key) ?? []);
  const candidates = given === undefined ? named.map((path) => localPath(path, childPath)) : [resolve(given)];
  for (const candidate of candidates) if (await exists(candidate)) return candidate;
  throw new HostkeepError('format/vhdx-parent-missing', { child: childPath, parents: candidates });
}

/** Locators hold Windows paths; elsewhere their separators are ours. */
function localPath(path: string, childPath: string): string {
  const native = process.platform === 'win32' ? path : path.replace(/^\\\\\?\\/, '').replaceAll('\\', '/');
  return isAbsolute(native) ? native : join(dirname(childPath), native);
}

async function exists(path: string): Promise<boolean> {
  if (path.includes('\0')) return false;
  try {
    await (await openImageFile(path)).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'input/not-found', 'host/disk-read-failed')) return false;
    throw error;
  }
}
