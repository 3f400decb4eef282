import { HostkeepError, type ErrorDetails } from '#contract';

/**
 * SQL Server data files. The format is not published by its maker; [PAGE] is P. Randal, "Inside the Storage Engine: Anatomy of a
 * page", [BOOT] is "Boot pages, and boot page corruption" and what DBCC DBINFO prints of page 9, as others have written it down.
 */
export const pageBytes = 8192;
export const pageHeaderBytes = 96;

/** [PAGE] "Page header". */
export const pageHeader = { version: 0, type: 1, flags: 4, slots: 22, freeData: 30, page: 32, file: 36, checksum: 60 } as const;
export const pageFlags = { torn: 0x100, checksum: 0x200 } as const;
export const pageTypes = { boot: 13, fileHeader: 15 } as const;

/**
 * The record of page 0, as DBCC PAGE prints it: after the fixed part the number of columns, a bit for each, the number of columns of
 * variable length and where each ends; the first of them is the id that all files of a database share (DBCC FILEHEADER: BindingId).
 */
export const fileHeaderRecord = { fixedEnd: 2, bindingIdBytes: 16 } as const;

export const bootPage = 9;

/** [BOOT] DBINFO, from the start of the page. */
export const boot = {
  version: 100,
  createdVersion: 102,
  status: 132,
  name: 148,
  nameBytes: 256,
  databaseId: 408,
} as const;

/** `sysdatabases.status`: the database was closed, or detached, without work left in its log. */
export const cleanlyClosed = 0x40000000;

/** Versions of databases, by the release that writes them (Microsoft, "Database compatibility", and DBCC DBINFO of each). */
export const releases: readonly { readonly version: number; readonly name: string }[] = [
  { version: 515, name: 'SQL Server 7.0' },
  { version: 539, name: 'SQL Server 2000' },
  { version: 611, name: 'SQL Server 2005' },
  { version: 655, name: 'SQL Server 2008' },
  { version: 660, name: 'SQL Server 2008 R2' },
  { version: 706, name: 'SQL Server 2012' },
  { version: 782, name: 'SQL Server 2014' },
  { version: 852, name: 'SQL Server 2016' },
  { version: 868, name: 'SQL Server 2017' },
  { version: 895, name: 'SQL Server 2019' },
  { version: 948, name: 'SQL Server 2022' },
  { version: 990, name: 'SQL Server 2025' },
];

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/sql-corrupt', { structure, ...details });
}

/** [PAGE] "m_tornBits": 16 sectors, each folded into 32 bits and turned by its number; the checksum's own field counts as zero. */
export function pageChecksum(page: Buffer): number {
  let sum = 0;
  for (let sector = 0; sector < 16; sector += 1) {
    let folded = 0;
    for (let at = sector * 512; at < sector * 512 + 512; at += 4) if (at !== pageHeader.checksum) folded ^= page.readUInt32LE(at);
    const turn = 15 - sector;
    sum ^= turn === 0 ? folded : (folded << turn) | (folded >>> (32 - turn));
  }
  return sum >>> 0;
}
