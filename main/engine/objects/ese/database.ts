import { cursorOver, type Cursor } from '#engine/bytes';
import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import {
  corrupt,
  databaseHeader as field,
  databaseMagic,
  databaseStates,
  headerBytes,
  headerChecksum,
  logTime,
  pageSizes,
  type EseState,
} from './layout.ts';

/** What the header of an ESE database says. */
export interface EseDatabase {
  readonly kind: 'ese';
  readonly state: EseState;
  /** `0x620.20`: format version and update. */
  readonly version: string;
  readonly pageBytes: number;
  readonly sizeBytes: number;
  /** Generations of log files without which the database cannot be brought to a clean state; null when it needs none. */
  readonly logsRequired: { readonly from: number; readonly to: number } | null;
  /** The last generation that holds something of this database; 0 where older versions do not say. */
  readonly committedLog: number;
  /** Equal to that of its log files, in hex. */
  readonly logSignature: string;
  /** When it was last in a clean state, as the guest's clock said; null if never. */
  readonly cleanAt: string | null;
  /** The first copy of the header is damaged and the second was used. */
  readonly fromCopy: boolean;
}

/** @throws HostkeepError format/ese-corrupt when neither copy of the header can be believed */
export async function readEseDatabase(source: ObjectBytes): Promise<EseDatabase> {
  const first = await headerAt(source, 0);
  if (first !== undefined) return describe(first, source, false);
  // The second copy is the next page, whose size only a header could tell.
  for (const size of pageSizes) {
    const copy = await headerAt(source, size);
    if (copy !== undefined && pageBytesOf(copy) === size) return describe(copy, source, true);
  }
  throw corrupt('header');
}

/** Whether a file begins as an ESE database does. */
export async function isEseDatabase(source: ObjectBytes): Promise<boolean> {
  return (
    source.sizeBytes >= headerBytes && (await readInBounds(source, 0, 8, 'format/ese-corrupt')).readUInt32LE(4) === databaseMagic
  );
}

/** A header whose checksum is right: over its whole page, of which nothing behind the fields is used. */
async function headerAt(source: ObjectBytes, offset: number): Promise<Cursor | undefined> {
  if (offset + headerBytes > source.sizeBytes) return undefined;
  const bytes = await readInBounds(source, offset, headerBytes, 'format/ese-corrupt');
  if (bytes.readUInt32LE(field.magic) !== databaseMagic) return undefined;
  const pageBytes = bytes.readUInt32LE(field.pageBytes) || 4096;
  if (!pageSizes.includes(pageBytes) || offset + pageBytes > source.sizeBytes) return undefined;
  const page =
    pageBytes <= headerBytes ? bytes.subarray(0, pageBytes) : await readInBounds(source, offset, pageBytes, 'format/ese-corrupt');
  return headerChecksum(page) === page.readUInt32LE(field.checksum)
    ? cursorOver(page, 'format/ese-corrupt', 'header')
    : undefined;
}

function pageBytesOf(header: Cursor): number {
  return header.u32(field.pageBytes) || 4096;
}

function describe(header: Cursor, source: ObjectBytes, fromCopy: boolean): EseDatabase {
  const state = databaseStates[header.u32(field.state) - 1];
  if (state === undefined) throw corrupt('header', { state: header.u32(field.state) });
  const [from, to] = [header.u32(field.minRequired), header.u32(field.maxRequired)];
  if (from > to) throw corrupt('header', { minRequired: from, maxRequired: to });
  return {
    kind: 'ese',
    state,
    version: `0x${header.u32(field.version).toString(16)}.${header.u32(field.updateMajor)}`,
    pageBytes: pageBytesOf(header),
    sizeBytes: source.sizeBytes,
    logsRequired: state === 'clean-shutdown' || to === 0 ? null : { from, to },
    committedLog: header.length >= field.maxCommitted + 4 ? header.u32(field.maxCommitted) : 0,
    logSignature: header.bytes(field.logSignature, field.signatureBytes).toString('hex'),
    cleanAt: logTime(header.bytes(field.consistentTime, 8)),
    fromCopy,
  };
}
