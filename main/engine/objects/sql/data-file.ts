import { hasCode } from '#contract';
import { cursorOver } from '#engine/bytes';
import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import {
  boot,
  bootPage,
  cleanlyClosed,
  corrupt,
  fileHeaderRecord,
  pageBytes,
  pageChecksum,
  pageFlags,
  pageHeader,
  pageHeaderBytes,
  pageTypes,
  releases,
} from './layout.ts';

/** What the first pages of a SQL Server file say. */
export interface SqlFile {
  readonly kind: 'sql';
  /** `primary` holds the database's boot page; `secondary` and `log` belong to one that does. */
  readonly role: 'primary' | 'secondary' | 'log';
  readonly sizeBytes: number;
  /** The file's number within its database. */
  readonly file: number;
  /** Equal for all files of a database; null where the header has none. */
  readonly bindingId: string | null;
  /** Of the primary file only, as is the rest. */
  readonly database: string | null;
  /** Internal version, and the release that writes it. */
  readonly version: number | null;
  readonly release: string | null;
  /**
   * `closed`: closed without work left in its log. `in-use`: its log is needed to bring it to a consistent state, which SQL Server does
   * when the files are attached together.
   */
  readonly state: 'closed' | 'in-use' | null;
}

/** @throws HostkeepError format/sql-corrupt */
export async function readSqlFile(source: ObjectBytes): Promise<SqlFile> {
  const header = await pageAt(source, 0);
  if (header.readUInt8(pageHeader.type) !== pageTypes.fileHeader)
    throw corrupt('file header', { type: header[pageHeader.type]! });
  const file = header.readUInt16LE(pageHeader.file);
  const second =
    source.sizeBytes >= pageBytes * 2 ? await readInBounds(source, pageBytes, pageBytes, 'format/sql-corrupt') : undefined;
  const none = { database: null, version: null, release: null, state: null };
  const common = { kind: 'sql', sizeBytes: source.sizeBytes, file, bindingId: bindingIdOf(header) } as const;
  // Page 1 of a data file is a page that says so; a log has no pages behind its first.
  if (second === undefined || !isPage(second, 1)) return { ...common, role: 'log', ...none };
  if (file !== 1) return { ...common, role: 'secondary', ...none };
  const page = await pageAt(source, bootPage);
  if (page.readUInt8(pageHeader.type) !== pageTypes.boot) throw corrupt('boot page', { type: page[pageHeader.type]! });
  return { ...common, role: 'primary', ...describe(page) };
}

/** Undefined parts of a header that was written otherwise are no damage: what is asked for is only whose the file is. */
function bindingIdOf(page: Buffer): string | null {
  const cursor = cursorOver(page, 'format/sql-corrupt', 'file header');
  try {
    const fixedEnd = pageHeaderBytes + cursor.u16(pageHeaderBytes + fileHeaderRecord.fixedEnd);
    const lengths = fixedEnd + 2 + Math.ceil(cursor.u16(fixedEnd) / 8);
    const start = lengths + 2 + cursor.u16(lengths) * 2;
    const end = pageHeaderBytes + cursor.u16(lengths + 2);
    if (end - start !== fileHeaderRecord.bindingIdBytes) return null;
    return /^0+$/.test(cursor.bytes(start, 16).toString('hex')) ? null : cursor.guid(start);
  } catch (error) {
    if (hasCode(error, 'format/sql-corrupt')) return null;
    throw error;
  }
}

export async function isSqlFile(source: ObjectBytes): Promise<boolean> {
  if (source.sizeBytes < pageBytes || source.sizeBytes % 512 !== 0) return false;
  const page = await readInBounds(source, 0, pageBytes, 'format/sql-corrupt');
  return isPage(page, 0) && page.readUInt8(pageHeader.type) === pageTypes.fileHeader;
}

async function pageAt(source: ObjectBytes, number: number): Promise<Buffer> {
  const page = await readInBounds(source, number * pageBytes, pageBytes, 'format/sql-corrupt');
  if (!isPage(page, number)) throw corrupt('page', { page: number });
  const sum = page.readUInt32LE(pageHeader.checksum);
  const isSummed = (page.readUInt16LE(pageHeader.flags) & pageFlags.checksum) !== 0;
  if (isSummed && sum !== 0 && pageChecksum(page) !== sum) throw corrupt('page', { page: number, checksum: sum });
  return page;
}

function isPage(page: Buffer, number: number): boolean {
  return (
    page.readUInt8(pageHeader.version) === 1 &&
    page.readUInt32LE(pageHeader.page) === number &&
    page.readUInt8(pageHeader.type) > 0
  );
}

function describe(page: Buffer): Pick<SqlFile, 'database' | 'version' | 'release' | 'state'> {
  const version = page.readUInt16LE(boot.version);
  const name = page.toString('utf16le', boot.name, boot.name + boot.nameBytes);
  return {
    // Filled up with blanks of one byte, two of which are U+2020.
    database: name.split('\0', 1)[0]!.replace(/[ \u2020]+$/, ''),
    version,
    release: releases.findLast((release) => release.version <= version)?.name ?? null,
    state: (page.readUInt32LE(boot.status) & cleanlyClosed) !== 0 ? 'closed' : 'in-use',
  };
}
