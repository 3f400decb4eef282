import { accept, HostkeepError, type PointId } from '#contract';
import { onceEach } from '#engine/bytes';
import { catalogFile, openCatalog, type CatalogName, type CatalogReader, type Repository } from '#engine/repository';
import { aboutSchema, type CatalogAbout, type VolumeAbout } from './about.ts';
import { parseBlock } from './read-block.ts';
import { folderTable, type FolderOf } from './folder-table.ts';
import { numberReader } from './numbers.ts';
import type { CatalogRow } from './row.ts';

/** A point's catalogue, with those that it stands upon. */
export interface CatalogView {
  readonly name: CatalogName;
  readonly point: PointId;
  /** Those below, the lowest first, and then the point's own. */
  readonly stack: readonly CatalogName[];
  readonly volumes: readonly VolumeView[];
}

export interface VolumeView {
  readonly about: VolumeAbout;
  /** From the one that has all of the volume upwards. */
  readonly layers: readonly VolumeLayer[];
  /** Rows of all layers, those that count no more among them. */
  readonly rows: number;
  /** Whether a row of a layer is one of this point. */
  counts(layer: number, row: CatalogRow): boolean;
  /** The folder of that number. */
  readonly folderOf: FolderOf;
}

/** What one catalogue has of a volume; several points may share it. */
export interface VolumeLayer {
  readonly key: string;
  readonly catalog: CatalogReader;
  readonly about: VolumeAbout;
  readonly dropped: ReadonlySet<number>;
  readonly folderOf: FolderOf;
}

/** Opens catalogues and keeps what several points share. */
export interface CatalogViews {
  /** @throws HostkeepError repository/catalog-damaged, repository/version-unsupported, storage/not-found */
  open(name: CatalogName): Promise<CatalogView>;
}

interface Opened {
  readonly catalog: CatalogReader;
  readonly about: CatalogAbout;
  layer(path: string): Promise<VolumeLayer | undefined>;
}

export function catalogViews(repository: Repository): CatalogViews {
  const kept = onceEach<string, Opened>();
  const openOne = (name: CatalogName): Promise<Opened> =>
    kept(catalogFile(name), async () => openedCatalog(await openCatalog(repository, name)));
  return {
    async open(name) {
      const own = await openOne(name);
      const stack = [...(await Promise.all(own.catalog.below.map(openOne))), own];
      const volumes = await Promise.all(own.about.volumes.map((about) => volumeView(stack, about)));
      return { name, point: own.catalog.point, stack: [...own.catalog.below, name], volumes };
    },
  };
}

function openedCatalog(catalog: CatalogReader): Opened {
  const about = accept(aboutSchema, catalog.about, {
    code: 'repository/catalog-damaged',
    details: { file: catalogFile(catalog.name), structure: 'about' },
  });
  const layers = onceEach<string, VolumeLayer | undefined>();
  const load = async (path: string): Promise<VolumeLayer | undefined> => {
    const volume = about.volumes.find((candidate) => candidate.path === path);
    if (volume === undefined) return undefined;
    return {
      key: `${catalogFile(catalog.name)}${path}`,
      catalog,
      about: volume,
      dropped: await readDropped(catalog, volume),
      folderOf: folderTable(catalog, volume.folders),
    };
  };
  return {
    catalog,
    about,
    layer: (path) => layers(path, () => load(path)),
  };
}

async function readDropped(catalog: CatalogReader, volume: VolumeAbout): Promise<ReadonlySet<number>> {
  const dropped = new Set<number>();
  if (volume.dropped === null) return dropped;
  const reader = numberReader(await catalog.part(volume.dropped.part));
  for (let last = 0; !reader.atEnd(); dropped.add(last)) last += reader.signed();
  return dropped;
}

async function volumeView(stack: readonly Opened[], about: VolumeAbout): Promise<VolumeView> {
  const all = await Promise.all(stack.map((opened) => opened.layer(about.path)));
  const from = all.findLastIndex((layer) => layer?.about.whole === true);
  if (from === -1) throw new HostkeepError('repository/catalog-damaged', { structure: 'layers', volume: about.path });
  const layers = all.slice(from).filter((layer) => layer !== undefined);
  const counts = (at: number, row: Pick<CatalogRow, 'id' | 'parentId'>): boolean =>
    layers.slice(at + 1).every(({ about: { dropped }, dropped: numbers }) => {
      if (dropped === null) return true;
      return !numbers.has(dropped.by === 'file' ? row.id : row.parentId);
    });
  return {
    about,
    layers,
    rows: layers.reduce((sum, layer) => sum + layer.about.rows, 0),
    counts,
    async folderOf(id) {
      for (let at = layers.length - 1; at >= 0; at -= 1) {
        const folder = await layers[at]!.folderOf(id);
        if (folder !== undefined && counts(at, folder)) return folder;
      }
      return undefined;
    },
  };
}

/** Every row of a volume that counts, block by block. */
export async function* rowsOf(view: VolumeView, options: { readonly places: boolean }): AsyncIterable<readonly CatalogRow[]> {
  for (const [at, layer] of view.layers.entries()) {
    for (const block of layer.about.blocks) yield (await blockRows(layer, block, options)).filter((row) => view.counts(at, row));
  }
}

export async function blockRows(
  { catalog }: Pick<VolumeLayer, 'catalog'>,
  block: VolumeAbout['blocks'][number],
  options: { readonly places: boolean },
): Promise<readonly CatalogRow[]> {
  const [names, rows] = [await catalog.part(block.names), await catalog.part(block.rows)];
  return parseBlock(options.places ? { names, rows, places: await catalog.part(block.places) } : { names, rows }).rows();
}
