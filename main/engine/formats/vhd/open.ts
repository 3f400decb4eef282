import { dirname, isAbsolute, join, resolve } from 'node:path';
import { hasCode, HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { openImageFile, type OpenImage } from '../image-file.ts';
import { vhdDisk } from './disk.ts';
import { parseVhd, type VhdImage } from './image.ts';
import { corruptVhd, vhdLimits, type ParentLocator } from './layout.ts';

export interface VhdDescriptor {
  readonly path: string;
  /** Files of the parents, nearest first; otherwise the parent locators are followed. */
  readonly parents?: readonly string[];
}

/** A VHD and its whole chain. @throws HostkeepError format/vhd-* */
export async function openVhd(
  descriptor: VhdDescriptor,
  options: OpenImage = {},
): Promise<{ readonly disk: BlockSource; readonly top: VhdImage }> {
  const chain: VhdImage[] = [];
  const paths = new Set<string>();
  try {
    for (let path: string | undefined = resolve(descriptor.path); path !== undefined;) {
      if (paths.has(path) || chain.length >= vhdLimits.chainLength) throw corruptVhd('parent chain', { path });
      paths.add(path);
      const image: VhdImage = await openImage(path, options, chain.at(-1));
      chain.push(image);
      path = image.footer.kind === 'differencing' ? await parentPath(image, descriptor.parents?.[chain.length - 1]) : undefined;
    }
  } catch (error) {
    for (const image of chain) await image.file.close();
    throw error;
  }
  const disk = chain.reduceRight<BlockSource | undefined>((parent, image) => vhdDisk(image, parent), undefined);
  return { disk: disk!, top: chain[0]! };
}

async function openImage(path: string, options: OpenImage, child: VhdImage | undefined): Promise<VhdImage> {
  const file = await openImageFile(path, options);
  try {
    const image = await parseVhd(file);
    if (child !== undefined && image.footer.diskId !== child.header?.parentId)
      throw new HostkeepError('format/vhd-parent-mismatch', { parent: path, child: child.file.path });
    return image;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The relative path is tried first, then the absolute one, then the parent's name beside the child. */
async function parentPath(image: VhdImage, given: string | undefined): Promise<string> {
  const child = image.file.path;
  const names: string[] = [];
  for (const platform of ['W2ru', 'W2ku'])
    for (const locator of image.header!.locators.filter((one) => one.platform === platform))
      names.push(await locatorText(image, locator));
  names.push(image.header!.parentName.split('\\').at(-1) ?? '');
  const candidates = given === undefined ? names.filter((name) => name !== '').map((name) => localPath(name, child)) : [given];
  for (const candidate of candidates) if (await exists(candidate)) return resolve(candidate);
  throw new HostkeepError('format/vhd-parent-missing', { child, parents: candidates });
}

const longestLocator = 64 * 1024;

/** W2ru and W2ku hold UTF-16, little-endian, without an end mark. */
async function locatorText(image: VhdImage, locator: ParentLocator): Promise<string> {
  if (locator.length > longestLocator) throw corruptVhd('parent locator', { length: locator.length });
  const bytes = Buffer.alloc(locator.length);
  await image.file.read(locator.position, bytes);
  return bytes.toString('utf16le').split('\0', 1)[0] ?? '';
}

/** Locators hold Windows paths; elsewhere their separators are ours. */
function localPath(path: string, child: string): string {
  const native = process.platform === 'win32' ? path : path.replace(/^\\\\\?\\/, '').replaceAll('\\', '/');
  return isAbsolute(native) ? native : join(dirname(child), native);
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await openImageFile(path)).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'input/not-found', 'host/disk-read-failed')) return false;
    throw error;
  }
}
