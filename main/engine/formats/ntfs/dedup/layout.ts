/**
 * Data Deduplication's chunk store. Microsoft does not publish it; what is here is what three independent readers of it agree on:
 * [Lanterna] D. Lanterna, A. Barili, "Forensic analysis of deduplicated file systems", DFRWS EU 2017; J.-P. André's plugin for
 * ntfs-3g; S. Moioli's reader. Offsets and sizes are in bytes; offsets into reparse data count from behind its eight-byte header.
 */

/** A deduplicated file's reparse data: version, length, then what differs by version, and a CRC-32 of all before it at the end. */
export const reparseData = { version: 0, length: 2, checksumBytes: 4, shortestBytes: 60 } as const;

/** Version 1.2, of Windows Server 2012: one stream map for the whole file. */
export const shortReparse = { version: 0x0201, sizeBytes: 8, store: 24, reference: 56, referenceBytes: 64 } as const;
/** Version 2.1, since: references to stream maps somewhere behind the store's GUID, each for a part of the file. */
export const longReparse = { version: 0x0102, store: 116, firstReference: 132 } as const;

/** Where a stream map is: number and container of its chunk, its place there, its length, how its own hash begins, what it maps. */
export const mapReference = {
  number: 0,
  container: 4,
  offset: 8,
  mapBytes: 24,
  hash: 32,
  hashBytes: 16,
  end: 48,
  begin: 56,
  bytes: 64,
} as const;

/** "Ckhr": what stands before each chunk in a container. Of stream maps the hash stands further behind. */
export const chunkHeader = { magic: 0x72686b43, number: 8, bytes: 12, compression: 32 } as const;
export const dataChunk = { hash: 40, hashBytes: 32, headerBytes: 88 } as const;
export const mapChunk = { hash: 56, headerBytes: 104 } as const;

/** How a chunk that is shorter than what it stands for is compressed, as RtlCompressBuffer numbers it. No other was seen by anybody. */
export const xpressFormat = 2;

/** "Smap", then one entry for each chunk of the file. */
export const streamMap = { magic: 0x70616d53, headerBytes: 8 } as const;
export const mapEntry = {
  number: 0,
  container: 4,
  offset: 8,
  generation: 12,
  /** Of the chunk in the file, with 64 bits. */
  end: 16,
  hash: 24,
  storedBytes: 56,
  bytes: 64,
} as const;

/** "Rrtl": where chunks went when a container was written anew, by number. It lies twice near the start of a container. */
export const redirection = { magic: 0x6c747252, places: [0x3000, 0x4000], count: 8, entries: 32, entryBytes: 8 } as const;

/** Chunks are 32 to 128 KiB. */
export const longestChunk = 1024 * 1024;
