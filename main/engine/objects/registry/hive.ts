import { cursorOver, type Cursor } from '#engine/bytes';
import { paged, type ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import { fileTime } from '../windows-time.ts';
import { cellsOf, type Cells } from './cells.ts';
import { baseBlock, baseBlockBytes, baseBlockChecksum, corrupt, keyFlags, keyNode } from './layout.ts';
import { subkeyOffsets } from './subkey-lists.ts';
import { readValueData, readValues, type HiveValue } from './values.ts';

export interface HiveState {
  /** Windows had begun to write and had not ended: what its log holds is not in the hive. */
  readonly dirty: boolean;
  readonly primarySequence: number;
  readonly secondarySequence: number;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly lastWritten: number | null;
  /** The end of the path under which Windows knew the file. */
  readonly fileName: string;
  readonly binsBytes: number;
}

export interface HiveKey {
  readonly name: string;
  /** Of its cell. */
  readonly offset: number;
  readonly lastWritten: number | null;
  readonly subkeys: number;
  readonly values: number;
  /** A symbolic link to another key; it is not followed. */
  readonly link: boolean;
  readonly node: { readonly subkeyList: number; readonly valueList: number };
}

export interface Hive {
  readonly state: HiveState;
  root(): Promise<HiveKey>;
  /** The subkeys of a key; what is damaged is told through `onDamage`, or thrown without it. */
  subkeys(key: HiveKey, onDamage?: (error: unknown) => void): AsyncIterable<HiveKey>;
  /** The subkey of a name; the registry tells no upper from lower case. */
  child(key: HiveKey, name: string): Promise<HiveKey | undefined>;
  values(key: HiveKey, onDamage?: (error: unknown) => void): Promise<readonly HiveValue[]>;
  /** At most `limit` bytes of a value's data. */
  data(value: HiveValue, limit: number): Promise<Buffer>;
}

/** Whether a file begins as a hive does; its logs begin alike and say what they are. */
export async function isHive(source: ObjectBytes): Promise<boolean> {
  if (source.sizeBytes < baseBlockBytes) return false;
  const head = await readInBounds(source, 0, 32, 'format/registry-corrupt');
  return head.toString('latin1', 0, 4) === 'regf' && head.readUInt32LE(baseBlock.fileType) === 0;
}

/** @throws HostkeepError format/registry-corrupt */
export async function openHive(source: ObjectBytes): Promise<Hive> {
  const bytes = paged(source, 'format/registry-corrupt');
  const { state, rootCell } = readBaseBlock(await bytes.bytes(0, baseBlockBytes), source.sizeBytes);
  const cells = cellsOf(bytes, state.binsBytes);
  const keyAt = async (offset: number, parent: number | null): Promise<HiveKey> =>
    parseKey(await cells.cell(offset, 'key'), offset, parent);
  const hive: Hive = {
    state,
    root: () => keyAt(rootCell, null),
    async *subkeys(key, onDamage) {
      if (key.subkeys === 0) return;
      const tell = onDamage ?? rethrow;
      for await (const offset of subkeyOffsets(cells, key, tell)) {
        const child = await attempt(() => keyAt(offset, key.offset), tell);
        if (child !== undefined) yield child;
      }
    },
    child: (key, name) => child(hive, key, name),
    values: (key, onDamage) => readValues(cells, key, onDamage ?? rethrow),
    data: (value, limit) => readValueData(cells, value, limit),
  };
  return hive;
}

async function child(hive: Hive, key: HiveKey, name: string): Promise<HiveKey | undefined> {
  const folded = name.toUpperCase();
  let damage: { readonly error: unknown } | undefined;
  for await (const one of hive.subkeys(key, (error) => (damage ??= { error }))) if (one.name.toUpperCase() === folded) return one;
  // It may be what could not be read; a damaged key beside it is no reason to miss it.
  if (damage !== undefined) throw damage.error;
  return undefined;
}

async function attempt<Value>(act: () => Promise<Value>, tell: (error: unknown) => void): Promise<Value | undefined> {
  try {
    return await act();
  } catch (error) {
    tell(error);
    return undefined;
  }
}

function rethrow(error: unknown): never {
  throw error;
}

function readBaseBlock(block: Buffer, fileBytes: number): { readonly state: HiveState; readonly rootCell: number } {
  const cursor = cursorOver(block, 'format/registry-corrupt', 'base block');
  if (cursor.ascii(0, 4) !== 'regf') throw corrupt('base block', { signature: false });
  const [major, minor, fileType] = [
    cursor.u32(baseBlock.majorVersion),
    cursor.u32(baseBlock.minorVersion),
    cursor.u32(baseBlock.fileType),
  ];
  if (major !== 1 || minor < 2 || minor > 6 || fileType !== 0) throw corrupt('base block', { major, minor, fileType });
  const binsBytes = cursor.u32(baseBlock.binsBytes);
  if (binsBytes === 0 || binsBytes % baseBlockBytes !== 0 || binsBytes > fileBytes - baseBlockBytes)
    throw corrupt('base block', { binsBytes, fileBytes });
  const [primarySequence, secondarySequence] = [cursor.u32(baseBlock.primarySequence), cursor.u32(baseBlock.secondarySequence)];
  return {
    rootCell: cursor.u32(baseBlock.rootCell),
    state: {
      dirty: primarySequence !== secondarySequence || cursor.u32(baseBlock.checksum) !== baseBlockChecksum(block),
      primarySequence,
      secondarySequence,
      version: `${major}.${minor}`,
      lastWritten: fileTime(cursor.big64(baseBlock.lastWritten)),
      fileName: cursor.utf16(baseBlock.fileName, baseBlock.fileNameBytes).split('\0', 1)[0] ?? '',
      binsBytes,
    },
  };
}

/** A key says which is its parent: one that is listed elsewhere too would make a circle, and is damage. */
function parseKey(cursor: Cursor, offset: number, parent: number | null): HiveKey {
  if (cursor.ascii(0, 2) !== 'nk') throw corrupt('key', { cell: offset });
  if (parent !== null && cursor.u32(keyNode.parent) !== parent)
    throw corrupt('key', { cell: offset, parent: cursor.u32(keyNode.parent), listedBy: parent });
  const flags = cursor.u16(keyNode.flags);
  const nameBytes = cursor.u16(keyNode.nameBytes);
  const isAscii = (flags & keyFlags.asciiName) !== 0;
  return {
    name: isAscii ? cursor.ascii(keyNode.name, nameBytes) : cursor.utf16(keyNode.name, nameBytes),
    offset,
    lastWritten: fileTime(cursor.big64(keyNode.lastWritten)),
    subkeys: cursor.u32(keyNode.subkeyCount),
    values: cursor.u32(keyNode.valueCount),
    link: (flags & keyFlags.link) !== 0,
    node: { subkeyList: cursor.u32(keyNode.subkeyList), valueList: cursor.u32(keyNode.valueList) },
  };
}

export type { Cells };
