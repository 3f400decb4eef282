import { asHostkeepError, HostkeepError, type ByteRange, type PointId } from '#contract';
import { catalogWriter, type CatalogName, type CatalogWriter, type Repository } from '#engine/repository';
import type { FileSystem } from '../formats/file-system.ts';
import { catalogRules, type CatalogAbout, type VolumeAbout } from './about.ts';
import type { Delta } from './delta.ts';
import { numberWriter } from './numbers.ts';
import { readDelta } from './read-delta.ts';
import { scanRows } from './scan-rows.ts';
import { sectionWriter } from './section-writer.ts';
import { rowsOf, type CatalogView, type VolumeView } from './view.ts';

/** A volume of a restore point, for cataloguing. */
export interface VolumeToCatalog {
  /** `/disk0/part2`, `/lvm/group/volume`. */
  readonly path: string;
  /** Its place on the disks, and what it is. */
  readonly identity: string;
  readonly kind: string;
  /** @throws HostkeepError format/* */
  open(): Promise<FileSystem>;
  /** What of the volume may hold other bytes than in an earlier point; undefined where that cannot be told. */
  changedSince(point: PointId): Promise<readonly ByteRange[] | undefined>;
}

export interface CatalogWanted {
  readonly point: PointId;
  readonly volumes: readonly VolumeToCatalog[];
  /** The catalogue of an earlier point of the same VM; without one everything is read. */
  readonly base?: CatalogView | undefined;
  readonly signal: AbortSignal;
}

/** What was done for a catalogue. */
export interface Catalogued {
  readonly name: CatalogName;
  readonly volumes: readonly VolumeAbout[];
}

/** Catalogues that one may stand upon; then the rows are written anew, from the catalogues alone. */
const tallest = 8;
/** The same where those above hold more than this share of what is below. */
const heaviest = 0.5;

/**
 * Lists the files of a restore point in a catalogue beside it. What has not changed since `base` is taken from there. A volume that
 * cannot be read is listed with its reason. Nothing but the new file is written. @throws HostkeepError storage/*, repository/*
 */
export async function catalogPoint(repository: Repository, wanted: CatalogWanted): Promise<Catalogued> {
  const writer = await catalogWriter(repository, wanted.point);
  try {
    const volumes: VolumeAbout[] = [];
    for (const volume of wanted.volumes) volumes.push(await catalogVolume(writer, volume, wanted));
    const about: CatalogAbout = { rules: catalogRules, volumes };
    const below = volumes.every(({ whole }) => whole) ? [] : (wanted.base?.stack ?? []);
    return { name: await writer.finish({ below, about }), volumes };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function catalogVolume(writer: CatalogWriter, volume: VolumeToCatalog, wanted: CatalogWanted): Promise<VolumeAbout> {
  const { path, identity, kind } = volume;
  const named = { path, identity, kind };
  let damaged = 0;
  const watch = { onDamage: (): void => void (damaged += 1), signal: wanted.signal };
  try {
    const system = await volume.open();
    const before = baseOf(volume, wanted.base);
    const changed = before === undefined ? undefined : await volume.changedSince(wanted.base!.point);
    const delta =
      before === undefined || changed === undefined ? undefined : await readDelta({ system, before, changed, ...watch });
    const of = { ...named, label: system.label, unreadable: null };
    if (before === undefined || delta === undefined)
      return { ...of, whole: true, dropped: null, ...(await write(writer, scanRows(system, watch))), damaged };
    if (isTooTall(before, delta))
      return { ...of, whole: true, dropped: null, ...(await write(writer, merged(before, delta))), damaged };
    const dropped = await writeDropped(writer, delta);
    return { ...of, whole: false, dropped, ...(await write(writer, delta.rows)), damaged: before.about.damaged + damaged };
  } catch (error) {
    if (!(error instanceof HostkeepError) || !error.code.startsWith('format/')) throw error;
    const nothing = { whole: true, dropped: null, blocks: [], folders: [], rows: 0, damaged };
    return { ...named, label: '', ...nothing, unreadable: asHostkeepError(error).code };
  }
}

function baseOf(volume: VolumeToCatalog, base: CatalogView | undefined): VolumeView | undefined {
  const before = base?.volumes.find(({ about }) => about.path === volume.path);
  return before?.about.identity === volume.identity && before.about.unreadable === null ? before : undefined;
}

function isTooTall({ layers }: VolumeView, delta: Delta): boolean {
  const [lowest, ...upper] = layers;
  const above = upper.reduce((sum, { about }) => sum + about.rows, delta.rows.length);
  return layers.length >= tallest || (above > 1000 && above > lowest!.about.rows * heaviest);
}

async function write(
  writer: CatalogWriter,
  rows: Parameters<typeof each>[0],
): Promise<Pick<VolumeAbout, 'blocks' | 'folders' | 'rows'>> {
  const section = sectionWriter(writer);
  for await (const row of each(rows)) await section.add(row);
  return section.finish();
}

type Row = Delta['rows'][number];

async function* each(rows: AsyncIterable<Row> | Iterable<Row>): AsyncIterable<Row> {
  yield* rows;
}

async function* merged(before: VolumeView, delta: Delta): AsyncIterable<Row> {
  for await (const rows of rowsOf(before, { places: true }))
    for (const row of rows) if (!delta.dropped.has(delta.by === 'file' ? row.id : row.parentId)) yield row;
  yield* delta.rows;
}

async function writeDropped(writer: CatalogWriter, { by, dropped }: Delta): Promise<VolumeAbout['dropped']> {
  if (dropped.size === 0) return null;
  const out = numberWriter();
  let last = 0;
  for (const number of [...dropped].toSorted((a, b) => a - b)) {
    out.signed(number - last);
    last = number;
  }
  return { by, part: await writer.add(out.bytes()) };
}
