import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { OpenImage } from '../image-file.ts';
import { openChain, type ChainFormat } from '../parent-chain.ts';
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
  const chain = await openChain(descriptor, format, options);
  const disk = chain.reduceRight<BlockSource | undefined>((parent, image) => vhdDisk(image, parent), undefined);
  return { disk: disk!, top: chain[0]! };
}

const format: ChainFormat<VhdImage> = {
  longest: vhdLimits.chainLength,
  parse: parseVhd,
  checkParent(child, parent) {
    if (parent.footer.diskId !== child.header?.parentId)
      throw new HostkeepError('format/vhd-parent-mismatch', { parent: parent.file.path, child: child.file.path });
  },
  parentNames: async (image) => (image.footer.kind === 'differencing' ? namesOf(image) : undefined),
  endless: (path) => corruptVhd('parent chain', { path }),
  missing: (child, parents) => new HostkeepError('format/vhd-parent-missing', { child, parents }),
};

/** The relative path is tried first, then the absolute one, then the parent's name beside the child. */
async function namesOf(image: VhdImage): Promise<readonly string[]> {
  const names: string[] = [];
  for (const platform of ['W2ru', 'W2ku'])
    for (const locator of image.header!.locators.filter((one) => one.platform === platform))
      names.push(await locatorText(image, locator));
  return [...names, image.header!.parentName.split('\\').at(-1) ?? ''];
}

const longestLocator = 64 * 1024;

/** W2ru and W2ku hold UTF-16, little-endian, without an end mark. */
async function locatorText(image: VhdImage, locator: ParentLocator): Promise<string> {
  if (locator.length > longestLocator) throw corruptVhd('parent locator', { length: locator.length });
  const bytes = Buffer.alloc(locator.length);
  await image.file.read(locator.position, bytes);
  return bytes.toString('utf16le').split('\0', 1)[0] ?? '';
}
