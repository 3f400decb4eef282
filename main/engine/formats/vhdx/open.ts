import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { OpenImage } from '../image-file.ts';
import { openChain, type ChainFormat } from '../parent-chain.ts';
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
  const chain = await openChain(descriptor, format, options);
  const disk = chain.reduceRight<BlockSource | undefined>((parent, image) => vhdxDisk(image, parent), undefined);
  return { disk: disk!, top: chain[0]! };
}

const format: ChainFormat<VhdxImage> = {
  longest: limits.chainLength,
  parse: parseImage,
  checkParent: checkLinkage,
  parentNames: async (image) => (image.metadata.differencing ? namesOf(image) : undefined),
  endless: (path) => new HostkeepError('format/vhdx-corrupt', { structure: 'parent chain', path }),
  missing: (child, parents) => new HostkeepError('format/vhdx-parent-missing', { child, parents }),
};

/** The child names the state of the parent it was made from [2.6.2.6.3]. */
function checkLinkage(child: VhdxImage, parent: VhdxImage): void {
  const wanted = ['parent_linkage', 'parent_linkage2'].flatMap(
    (key) => child.metadata.parent.get(key)?.replaceAll(/[{}]/g, '').toLowerCase() ?? [],
  );
  const matches =
    wanted.includes(parent.header.dataWriteGuid) && parent.metadata.logicalSectorSize === child.metadata.logicalSectorSize;
  if (!matches) throw new HostkeepError('format/vhdx-parent-mismatch', { parent: parent.file.path, child: child.file.path });
}

/** In the order of the specification: relative, volume, absolute. */
function namesOf({ metadata }: VhdxImage): readonly string[] {
  return ['relative_path', 'volume_path', 'absolute_win32_path'].flatMap((key) => metadata.parent.get(key) ?? []);
}
