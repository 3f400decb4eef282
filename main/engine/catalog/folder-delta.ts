import { HostkeepError, type ByteRange } from '#contract';
import type { FileNode } from '../formats/file-system.ts';
import { deltaLimit, type Delta, type DeltaWanted } from './delta.ts';
import type { CatalogRow } from './row.ts';
import { rowsNear } from './rows-near.ts';
import { placeReader, rowOf, type PlaceReader } from './scan-rows.ts';
import { overlapBytes } from './touched.ts';
import { blockRows, type VolumeView } from './view.ts';

/** Inodes are no shorter than this; what they say of their file is in their first bytes. */
const recordBytes = 128;

interface Tree {
  readonly parents: ReadonlyMap<number, CatalogRow>;
  readonly children: ReadonlyMap<number, readonly number[]>;
}

/**
 * Lists again the folders whose names or files changed. What is new among them is listed with all below it; what is no longer among
 * them goes with all below it, and comes back where another folder has it now. Undefined when it is too much.
 */
export async function folderDelta(wanted: DeltaWanted): Promise<Delta | undefined> {
  const tree = await readTree(wanted.before);
  const dirty = await dirtyFolders(wanted);
  const listing: Listing = { ...wanted, place: await placeReader(wanted.system) };
  const found: Found = { rows: [], listed: new Set(), gone: new Set() };
  const byDepth = [...dirty].map((id) => ({ id, above: lineOf(tree, id) })).toSorted((a, b) => a.above.length - b.above.length);
  for (const { id, above } of byDepth) {
    if (found.rows.length > deltaLimit) return undefined;
    wanted.signal.throwIfAborted();
    const isGone = found.listed.has(id) || found.gone.has(id) || above.some((folder) => found.gone.has(folder));
    if (!isGone) await listAgain(listing, tree, { id, found });
  }
  return { by: 'folder', dropped: new Set([...found.listed, ...found.gone]), rows: found.rows };
}

interface Listing extends DeltaWanted {
  readonly place: PlaceReader;
}

interface Found {
  readonly rows: CatalogRow[];
  /** Folders that were listed. */
  readonly listed: Set<number>;
  /** Folders that are no longer where they were, and what was below them. */
  readonly gone: Set<number>;
}

async function readTree(view: VolumeView): Promise<Tree> {
  const parents = new Map<number, CatalogRow>();
  const children = new Map<number, number[]>();
  for await (const row of foldersOf(view)) {
    parents.set(row.id, row);
    if (row.id === row.parentId) continue;
    const siblings = children.get(row.parentId);
    if (siblings === undefined) children.set(row.parentId, [row.id]);
    else siblings.push(row.id);
  }
  return { parents, children };
}

async function* foldersOf(view: VolumeView): AsyncIterable<CatalogRow> {
  for (const [at, layer] of view.layers.entries()) {
    for (const block of layer.about.folders)
      for (const row of await blockRows(layer, block, { places: true })) if (view.counts(at, row)) yield row;
  }
}

/** Folders whose own record or list of names changed, and those that hold a file whose record did. */
async function dirtyFolders({ before, changed }: DeltaWanted): Promise<ReadonlySet<number>> {
  const dirty = new Set<number>();
  for await (const row of rowsNear(before, changed, recordBytes)) {
    dirty.add(row.parentId);
    if (row.type === 'folder') dirty.add(row.id);
  }
  for await (const { id, places } of foldersOf(before)) if (places.some((place) => touches(changed, place))) dirty.add(id);
  return dirty;
}

function touches(changed: readonly ByteRange[], place: ByteRange): boolean {
  return overlapBytes(changed, place) > 0;
}

/** The folders above one. */
function lineOf({ parents }: Tree, id: number): readonly number[] {
  const line: number[] = [];
  for (let at = parents.get(id); at !== undefined && at.parentId !== at.id && line.length <= parents.size;) {
    line.push(at.parentId);
    at = parents.get(at.parentId);
  }
  return line;
}

async function listAgain(wanted: Listing, tree: Tree, of: { readonly id: number; readonly found: Found }): Promise<void> {
  const { system } = wanted;
  const { id, found } = of;
  const old = tree.parents.get(id);
  if (old === undefined) return;
  if (old.parentId === id) {
    const root = await system.root();
    found.rows.push(await freshRow(wanted, root, id));
  }
  const folder: FileNode = { id, name: old.name, type: 'folder', sizeBytes: 0, modified: null, unreadable: null };
  const before = new Set(tree.children.get(id));
  const fresh = await listInto(wanted, folder, found);
  for (const child of fresh) {
    if (!before.delete(child.id)) await listBelow(wanted, child, found);
  }
  for (const child of before) markGone(tree, child, found);
}

/** A folder that is new here, with all below it. A folder that is met again is not followed. */
async function listBelow(wanted: Listing, top: FileNode, found: Found): Promise<void> {
  const stack = [top];
  for (let folder = stack.pop(); folder !== undefined && found.rows.length <= deltaLimit; folder = stack.pop())
    if (!found.listed.has(folder.id)) stack.push(...(await listInto(wanted, folder, found)));
}

/** Lists one folder and gives the folders in it. */
async function listInto(wanted: Listing, folder: FileNode, found: Found): Promise<readonly FileNode[]> {
  const { system, onDamage } = wanted;
  found.listed.add(folder.id);
  try {
    const nodes = await system.list(folder, { onDamage });
    for (const node of nodes.toSorted((a, b) => a.id - b.id)) found.rows.push(await freshRow(wanted, node, folder.id));
    return nodes.filter((node) => node.type === 'folder');
  } catch (error) {
    if (!(error instanceof HostkeepError) || !error.code.startsWith('format/')) throw error;
    onDamage(error);
    return [];
  }
}

async function freshRow({ system, place }: Listing, node: FileNode, parentId: number): Promise<CatalogRow> {
  const metadataOffset = node.unreadable === null ? ((await system.recordOffset?.(node)) ?? null) : null;
  const file = { ...node, parentId, metadataOffset };
  return rowOf(file, await place(file));
}

function markGone(tree: Tree, top: number, found: Found): void {
  const stack = [top];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (found.gone.has(id)) continue;
    found.gone.add(id);
    stack.push(...(tree.children.get(id) ?? []));
  }
}
