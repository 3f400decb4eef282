import { dirname, isAbsolute, join, resolve } from 'node:path';
import { hasCode, type HostkeepError } from '#contract';
import { openImageFile, type ImageFile, type OpenImage } from './image-file.ts';

/** How the images of a format name their parents. */
export interface ChainFormat<Image extends { readonly file: ImageFile }> {
  readonly longest: number;
  parse(file: ImageFile): Promise<Image>;
  /** @throws HostkeepError where the child was made from another */
  checkParent(child: Image, parent: Image): void;
  /** As the child has it, the likeliest first; undefined where it has no parent. */
  parentNames(image: Image): Promise<readonly string[] | undefined>;
  /** A circle, or more than is bearable. */
  endless(path: string): HostkeepError;
  missing(child: string, parents: readonly string[]): HostkeepError;
}

/** An image and those that it stands upon, itself first. `parents`: their files, nearest first; otherwise what the images say is followed. */
export async function openChain<Image extends { readonly file: ImageFile }>(
  of: { readonly path: string; readonly parents?: readonly string[] },
  format: ChainFormat<Image>,
  options: OpenImage,
): Promise<readonly Image[]> {
  const chain: Image[] = [];
  const paths = new Set<string>();
  try {
    for (let path: string | undefined = resolve(of.path); path !== undefined;) {
      if (paths.has(path) || chain.length >= format.longest) throw format.endless(path);
      paths.add(path);
      const image: Image = await openOne(path, { format, options, child: chain.at(-1) });
      chain.push(image);
      path = await parentPath(image, format, of.parents?.[chain.length - 1]);
    }
    return chain;
  } catch (error) {
    for (const image of chain) await image.file.close();
    throw error;
  }
}

async function openOne<Image extends { readonly file: ImageFile }>(
  path: string,
  of: { readonly format: ChainFormat<Image>; readonly options: OpenImage; readonly child: Image | undefined },
): Promise<Image> {
  const file = await openImageFile(path, of.options);
  try {
    const image = await of.format.parse(file);
    if (of.child !== undefined) of.format.checkParent(of.child, image);
    return image;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function parentPath<Image extends { readonly file: ImageFile }>(
  image: Image,
  format: ChainFormat<Image>,
  given: string | undefined,
): Promise<string | undefined> {
  const names = await format.parentNames(image);
  if (names === undefined) return undefined;
  const child = image.file.path;
  const candidates =
    given === undefined ? names.filter((name) => name !== '').map((name) => localPath(name, child)) : [resolve(given)];
  for (const candidate of candidates) if (await isThere(candidate)) return resolve(candidate);
  throw format.missing(child, candidates);
}

/** Locators hold Windows paths; elsewhere their separators are ours. */
function localPath(path: string, child: string): string {
  const native = process.platform === 'win32' ? path : path.replace(/^\\\\\?\\/, '').replaceAll('\\', '/');
  return isAbsolute(native) ? native : join(dirname(child), native);
}

async function isThere(path: string): Promise<boolean> {
  if (path.includes('\0')) return false;
  try {
    await (await openImageFile(path)).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'input/not-found', 'host/disk-read-failed')) return false;
    throw error;
  }
}
