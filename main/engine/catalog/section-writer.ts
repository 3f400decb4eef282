import type { CatalogWriter, PackedPart } from '#engine/repository';
import { boundNursery } from '#engine/threads';
import type { BlockAbout, FolderBlock } from './about.ts';
import { rowsPerBlock } from './block-layout.ts';
import { writeBlock } from './write-block.ts';
import type { CatalogRow } from './row.ts';

/** Rows of one volume on their way into a catalogue. Memory holds one block, the packed names and the folders. */
export interface SectionWriter {
  add(row: CatalogRow): Promise<void>;
  finish(): Promise<WrittenSection>;
}

export interface WrittenSection {
  readonly blocks: readonly BlockAbout[];
  readonly folders: readonly FolderBlock[];
  readonly rows: number;
}

export function sectionWriter(writer: CatalogWriter): SectionWriter {
  const blocks: Omit<BlockAbout, 'names'>[] = [];
  const names: PackedPart[] = [];
  const folders: CatalogRow[] = [];
  let pending: CatalogRow[] = [];
  let rows = 0;
  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    const block = pending;
    pending = [];
    rows += block.length;
    boundNursery();
    const parts = writeBlock(block);
    names.push(writer.pack(parts.names));
    blocks.push({ rows: await writer.add(parts.rows), places: await writer.add(parts.places), records: recordsOf(block) });
  };
  return {
    async add(row) {
      pending.push(row);
      if (row.type === 'folder') folders.push(row);
      if (pending.length >= rowsPerBlock) await flush();
    },
    async finish() {
      await flush();
      const named: BlockAbout[] = [];
      // Beside each other, so that a search reads them at once.
      for (const [at, block] of blocks.entries()) named.push({ ...block, names: await writer.add(names[at]!) });
      return { blocks: named, folders: await writeFolders(writer, folders), rows };
    },
  };
}

async function writeFolders(writer: CatalogWriter, folders: readonly CatalogRow[]): Promise<readonly FolderBlock[]> {
  const sorted = folders.toSorted((a, b) => a.id - b.id);
  const written: FolderBlock[] = [];
  for (let at = 0; at < sorted.length; at += rowsPerBlock) {
    const block = sorted.slice(at, at + rowsPerBlock);
    const parts = writeBlock(block);
    written.push({
      firstId: block[0]!.id,
      names: await writer.add(parts.names),
      rows: await writer.add(parts.rows),
      places: await writer.add(parts.places),
      records: recordsOf(block),
    });
  }
  return written;
}

function recordsOf(rows: readonly CatalogRow[]): BlockAbout['records'] {
  let [first, last] = [Number.POSITIVE_INFINITY, -1];
  for (const { metadataOffset } of rows) {
    if (metadataOffset === null) continue;
    first = Math.min(first, metadataOffset);
    last = Math.max(last, metadataOffset);
  }
  return last === -1 ? null : [first, last];
}
