import { onceEach } from '#engine/bytes';
import type { CatalogReader } from '#engine/repository';
import type { FolderBlock } from './about.ts';
import { parseBlock, type Block } from './read-block.ts';
import type { CatalogRow } from './row.ts';

export type FolderOf = (id: number) => Promise<CatalogRow | undefined>;

/** Folders by number. Only the blocks that are asked for are read. */
export function folderTable(catalog: CatalogReader, blocks: readonly FolderBlock[]): FolderOf {
  const kept = onceEach<number, Block>();
  const load = async ({ names, rows }: FolderBlock): Promise<Block> =>
    parseBlock({ names: await catalog.part(names), rows: await catalog.part(rows) });
  return async (id) => {
    const at = blocks.findLastIndex(({ firstId }) => firstId <= id);
    const block = blocks[at];
    if (block === undefined) return undefined;
    return (await kept(at, () => load(block))).find(id);
  };
}

/** Deeper than any path that a guest can make; a folder within itself ends here. */
const deepest = 1000;

/**
 * Full paths of files by the folders above them; undefined for what hangs in no folder that is known. Each folder is looked up once, or again where
 * there are more than `mostKept` of them.
 */
export function pathsOf(
  folderOf: FolderOf,
  mostKept = Infinity,
): (row: Pick<CatalogRow, 'id' | 'parentId' | 'name'>) => Promise<string | undefined> {
  const kept = new Map<number, string | undefined>();
  const folderPath = async (id: number): Promise<string | undefined> => {
    const chain = new Map<number, CatalogRow>();
    if (kept.size > mostKept) kept.clear();
    let at = id;
    while (!kept.has(at) && !chain.has(at) && chain.size < deepest) {
      const folder = await folderOf(at);
      if (folder === undefined || folder.parentId === folder.id) kept.set(at, folder === undefined ? undefined : '');
      else {
        chain.set(at, folder);
        at = folder.parentId;
      }
    }
    let path = kept.get(at);
    for (const folder of [...chain.values()].toReversed()) {
      path = path === undefined ? undefined : `${path}/${folder.name}`;
      kept.set(folder.id, path);
    }
    return path;
  };
  return async ({ id, parentId, name }) => {
    if (id === parentId) return '';
    const above = await folderPath(parentId);
    return above === undefined ? undefined : `${above}/${name}`;
  };
}
