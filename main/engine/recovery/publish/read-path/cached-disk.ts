import type { DiskRecord } from '#contract';
import { checkRange, type BlockSource, type Extent } from '#engine/blocks';
import { findAgain, leafBytes, type Locator, type Repository } from '#engine/repository';
import { allOf } from '#engine/threads';
import type { BootOrder } from './boot-order.ts';
import { usualGroupBytes } from './group-cache.ts';
import type { GroupStore } from './group-store.ts';
import { clipExtents } from '../../point-disk.ts';
import { leafExtents, leafTables, type LeafTables } from './leaf-table.ts';
import { groupsOf, readPart, readPartNow, type PartReader } from './read-part.ts';
import { sequential } from './sequential.ts';

interface Reading {
  readonly repository: Repository;
  readonly store: GroupStore;
  /** Learns which groups are wanted in which order; null where nobody wants to know. */
  readonly order: BootOrder | null;
}

export interface CachedDisk extends BlockSource {
  /** Resolves once what the range needs was fetched, as far as it can be. */
  fetchAhead(offset: number, length: number): Promise<void>;
}

/** How far ahead is fetched, and never more than a quarter of what the store holds. */
const aheadLimitBytes = 16 * 1024 * 1024;

/**
 * A disk of a restore point for whoever reads much of it and again: what is in memory is given at once, what is read in a row is
 * fetched ahead. @throws HostkeepError repository/*, storage/*
 */
export async function cachedDisk({ repository, store, order }: Reading, disk: DiskRecord): Promise<CachedDisk> {
  const reading = await repository.reading();
  const tables = leafTables(reading, disk);
  const streams = sequential(Math.min(aheadLimitBytes, (store.count * usualGroupBytes) / 4));
  const part: PartReader = { store, namer: repository.namer, order };
  const fetchAhead = aheadOf(tables, store, disk);

  const readLeaves = async (offset: number, target: Uint8Array): Promise<void> => {
    await allOf(
      leavesOf(offset, target.byteLength).map(async ({ leaf, from, at, length }) => {
        const table = tables.known(leaf) ?? (await tables.load(leaf));
        await readPart(part, { table, leaf }, from, target.subarray(at, at + length));
      }),
    );
  };
  const note = (offset: number, length: number): void => {
    const ahead = streams.note(offset, length);
    if (ahead !== undefined) void fetchAhead(ahead.offset, ahead.length);
  };
  return {
    sizeBytes: disk.sizeBytes,
    logicalSectorSize: disk.logicalSectorSize,
    physicalSectorSize: disk.physicalSectorSize,
    readNow(offset, target) {
      checkRange(disk, offset, target.byteLength);
      for (const { leaf, from, at, length } of leavesOf(offset, target.byteLength)) {
        const table = tables.known(leaf);
        if (table === undefined || !readPartNow(part, { table, leaf }, from, target.subarray(at, at + length))) return false;
      }
      note(offset, target.byteLength);
      return true;
    },
    async read(offset, target) {
      checkRange(disk, offset, target.byteLength);
      note(offset, target.byteLength);
      await findAgain(forgetful(reading.locator, tables), () => readLeaves(offset, target));
    },
    fetchAhead,
    willRead: (offset, length) => void fetchAhead(offset, length),
    async extents(offset, length) {
      checkRange(disk, offset, length);
      const found: Extent[] = [];
      for (const { leaf } of leavesOf(offset, length)) found.push(...leafExtents(await tables.load(leaf), leaf));
      return clipExtents(found, offset, length);
    },
    close: async () => undefined,
  };
}

interface LeafPart {
  readonly leaf: number;
  /** Byte of the leaf. */
  readonly from: number;
  /** Byte of the range. */
  readonly at: number;
  readonly length: number;
}

function leavesOf(offset: number, length: number): readonly LeafPart[] {
  const parts: LeafPart[] = [];
  for (let at = 0; at < length;) {
    const leaf = Math.floor((offset + at) / leafBytes);
    const from = offset + at - leaf * leafBytes;
    const part = Math.min(length - at, leafBytes - from);
    parts.push({ leaf, from, at, length: part });
    at += part;
  }
  return parts;
}

/** Fetches what a range needs, as far as the disk goes; what fails will fail again for who wants it. */
function aheadOf(tables: LeafTables, store: GroupStore, disk: DiskRecord): CachedDisk['fetchAhead'] {
  const fetchPart = async ({ leaf, from, length }: LeafPart): Promise<void> => {
    const table = tables.known(leaf) ?? (await tables.load(leaf));
    await Promise.all(groupsOf(table, from, length).map(store.fetchAhead));
  };
  return async (offset, length) => {
    const within = Math.max(0, Math.min(length, disk.sizeBytes - offset));
    await Promise.allSettled(leavesOf(offset, within).map(fetchPart));
  };
}

/** Places that are looked up again are looked up everywhere. */
function forgetful(locator: Locator, tables: LeafTables): Locator {
  return {
    ...locator,
    async reload() {
      await locator.reload();
      tables.forget();
    },
  };
}
