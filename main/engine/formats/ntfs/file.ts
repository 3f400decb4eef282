import { readAttributeList, type ListEntry } from './attribute-list.ts';
import { corrupt } from './damage.ts';
import { attributeTypes } from './layout.ts';
import type { MasterFileTable } from './mft.ts';
import type { Attribute, FileRecord } from './record.ts';
import type { RunReader } from './runs.ts';

/**
 * A file with all of its records. Pieces in other records are looked up when they are asked for, so that a damaged record
 * costs only what it holds.
 */
export interface NtfsFile {
  readonly record: FileRecord;
  /** The names under which attributes of a type exist, each once. */
  names(type: number): readonly string[];
  /** All pieces of one attribute; none when there is no such attribute. @throws HostkeepError format/ntfs-corrupt */
  pieces(type: number, name: string): Promise<readonly Attribute[]>;
  /** Only the piece that begins the attribute and tells its sizes. */
  first(type: number, name: string): Promise<Attribute | undefined>;
  /** All attributes of a type, whatever their names. */
  all(type: number): Promise<readonly Attribute[]>;
}

export async function openFile(from: RunReader, mft: MasterFileTable, number: number): Promise<NtfsFile> {
  const record = await mft.record(number);
  if (!record.inUse || record.base !== null) throw corrupt('file record', { record: number, state: 'not a file in use' });
  return fileOf(from, mft, record);
}

export async function fileOf(from: RunReader, mft: MasterFileTable, record: FileRecord): Promise<NtfsFile> {
  const list = record.attributes.find((attribute) => attribute.type === attributeTypes.attributeList);
  if (list === undefined) return inOneRecord(record);
  const entries = await readAttributeList(from, list);
  // A list that does not even name what stands beside it may have lost more than that.
  const isNamed = ({ type, id }: Attribute): boolean =>
    type === attributeTypes.attributeList ||
    entries.some((entry) => entry.record === record.number && entry.type === type && entry.id === id);
  if (!record.attributes.every(isNamed)) throw corrupt('attribute list', { record: record.number, state: 'incomplete' });
  return inManyRecords(mft, record, entries);
}

function inOneRecord(record: FileRecord): NtfsFile {
  const ofType = (type: number): readonly Attribute[] => record.attributes.filter((attribute) => attribute.type === type);
  return {
    record,
    names: (type) => [...new Set(ofType(type).map((attribute) => attribute.name))],
    pieces: async (type, name) => ofType(type).filter((attribute) => attribute.name === name),
    first: async (type, name) => ofType(type).find((attribute) => attribute.name === name && attribute.lowestVcn === 0),
    all: async (type) => ofType(type),
  };
}

function inManyRecords(mft: MasterFileTable, record: FileRecord, entries: readonly ListEntry[]): NtfsFile {
  const ofType = (type: number): readonly ListEntry[] => entries.filter((entry) => entry.type === type);
  const load = async (wanted: readonly ListEntry[]): Promise<readonly Attribute[]> => {
    const found: Attribute[] = [];
    for (const entry of wanted) found.push(await pieceOf(mft, record, entry));
    return found;
  };
  return {
    record,
    names: (type) => [...new Set(ofType(type).map((entry) => entry.name))],
    pieces: (type, name) => load(ofType(type).filter((entry) => entry.name === name)),
    async first(type, name) {
      const entry = ofType(type).find((candidate) => candidate.name === name && candidate.lowestVcn === 0);
      return entry === undefined ? undefined : pieceOf(mft, record, entry);
    },
    all: (type) => load(ofType(type)),
  };
}

async function pieceOf(mft: MasterFileTable, base: FileRecord, entry: ListEntry): Promise<Attribute> {
  const holder = entry.record === base.number ? base : await mft.record(entry.record);
  const belongs = holder === base || (holder.inUse && holder.sequence === entry.sequence && holder.base?.record === base.number);
  const piece = holder.attributes.find(
    ({ type, id, lowestVcn }) => type === entry.type && id === entry.id && lowestVcn === entry.lowestVcn,
  );
  if (!belongs || piece === undefined) throw corrupt('attribute list', { record: base.number, in: entry.record });
  return piece;
}
