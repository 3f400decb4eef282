import { HostkeepError } from '#contract';
import {
  checkJournalHeader,
  discardedSlot,
  journalHeaderBytes,
  overlayNames,
  parseRecord,
  recordEntries,
  recordLimitBytes,
  writeJournalHeader,
  writeRecord,
  type JournalEntry,
  type OverlaySubject,
} from './layout.ts';
import type { BlockMap } from './block-map.ts';
import type { RandomFile } from './random-file.ts';
import { overlayBlockBytes } from './layout.ts';

/** The folder of an overlay. */
export interface OverlayFiles {
  open(name: string): Promise<RandomFile>;
  /** Gives a closed file the name of another, durably. */
  replace(from: string, to: string): Promise<void>;
}

/** What is written down of where blocks lie. Entries become durable in the order in which they were given. */
export interface Journal {
  /** Appends and flushes. */
  append(entries: readonly JournalEntry[]): Promise<void>;
  /** Whether it holds so much that is outdated that it should be written anew. */
  wantsRewrite(): boolean;
  /** Replaces all that it says. */
  rewrite(entries: readonly JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Below that a rewrite gains nothing. */
export const usualRewriteBytes = 4 * 1024 * 1024;

/** Opens the journal and puts what it says into the map; what follows the last whole record was never flushed, and goes. */
export async function openJournal(
  { files, rewriteFromBytes }: { readonly files: OverlayFiles; readonly rewriteFromBytes: number },
  subject: OverlaySubject,
  map: BlockMap,
): Promise<Journal> {
  let file = await files.open(overlayNames.journal);
  let { end, ordinal } = await begin(file, subject, map).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  let liveBytes = end;

  const append = async (entries: readonly JournalEntry[]): Promise<void> => {
    for (let at = 0; at < entries.length; at += recordEntries) {
      const record = writeRecord(ordinal, entries.slice(at, at + recordEntries));
      await file.write(end, record);
      ordinal += 1;
      end += record.length;
    }
    await file.sync();
  };
  return {
    append,
    wantsRewrite: () => end > rewriteFromBytes && end > 4 * liveBytes,
    async rewrite(entries) {
      const fresh = await files.open(overlayNames.newJournal);
      await fresh.truncate(0);
      await fresh.write(0, writeJournalHeader(subject));
      const old = file;
      file = fresh;
      end = journalHeaderBytes;
      ordinal = 0;
      await append(entries);
      await fresh.close();
      await old.close();
      await files.replace(overlayNames.newJournal, overlayNames.journal);
      file = await files.open(overlayNames.journal);
      liveBytes = end;
    },
    close: () => file.close(),
  };
}

async function begin(
  file: RandomFile,
  subject: OverlaySubject,
  map: BlockMap,
): Promise<{ readonly end: number; readonly ordinal: number }> {
  const sizeBytes = await file.sizeBytes();
  // The header is one write with a flush behind it; without it there never was a flush that somebody was told of.
  if (sizeBytes < journalHeaderBytes) {
    await file.truncate(0);
    await file.write(0, writeJournalHeader(subject));
    await file.sync();
    return { end: journalHeaderBytes, ordinal: 0 };
  }
  const header = Buffer.alloc(journalHeaderBytes);
  await file.read(0, header);
  checkJournalHeader(header, subject, overlayNames.journal);
  const replayed = await replay(file, sizeBytes, (entry) => apply(map, entry, subject));
  if (replayed.end < sizeBytes) {
    await file.truncate(replayed.end);
    await file.sync();
  }
  return replayed;
}

async function replay(
  file: RandomFile,
  sizeBytes: number,
  take: (entry: JournalEntry) => void,
): Promise<{ readonly end: number; readonly ordinal: number }> {
  let end = journalHeaderBytes;
  let ordinal = 0;
  let window = Buffer.alloc(0);
  for (;;) {
    if (window.length < recordLimitBytes && end + window.length < sizeBytes) {
      window = Buffer.alloc(Math.min(4 * recordLimitBytes, sizeBytes - end));
      await file.read(end, window);
    }
    const record = parseRecord(window, ordinal);
    if (record === undefined) return { end, ordinal };
    for (const entry of record.entries) take(entry);
    window = window.subarray(record.length);
    end += record.length;
    ordinal += 1;
  }
}

function apply(map: BlockMap, { block, blocks, slot }: JournalEntry, subject: OverlaySubject): void {
  const total = Math.ceil(subject.sizeBytes / overlayBlockBytes);
  if (blocks === 0 || block + blocks > total) throw new HostkeepError('overlay/damaged', { structure: 'journal entry', block });
  map.set(block, blocks, slot === discardedSlot ? { in: 'nowhere' } : { in: 'slot', slot });
}

/** The map as entries, for a journal that is written anew. */
export function entriesOf(map: BlockMap): readonly JournalEntry[] {
  return Array.from(map.all(), ({ block, blocks, place }) => ({
    block,
    blocks,
    slot: place.in === 'slot' ? place.slot : discardedSlot,
  }));
}
