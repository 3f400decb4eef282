import { coalesce } from '#engine/blocks';
import { deltaLimit, type Delta, type DeltaWanted } from './delta.ts';
import type { CatalogRow } from './row.ts';
import { rowsNear } from './rows-near.ts';
import { scanRows } from './scan-rows.ts';
import { overlapBytes } from './touched.ts';

const bootBytes = 512;
/** Records have at least the one length and at most the other; what they say of their file is in their first bytes. */
const [shortestRecord, longestRecord] = [1024, 4096];

/** Records that changed are read again, whosever they are now. */
export async function fileDelta(wanted: DeltaWanted): Promise<Delta | undefined> {
  const { changed, before } = wanted;
  // The boot sector has the volume's number: a volume made anew has another.
  if (overlapBytes(changed, { offset: 0, length: bootBytes }) > 0) return undefined;
  const rows: CatalogRow[] = [];
  const dropped = new Set<number>();
  // A record that begins before a changed range may reach into it.
  const only = coalesce(
    changed.map(({ offset, length }) => {
      const start = Math.max(0, offset - longestRecord + 1);
      return { offset: start, length: offset + length - start };
    }),
  );
  for await (const row of scanRows(wanted.system, { ...wanted, only })) {
    if (rows.length >= deltaLimit) return undefined;
    rows.push(row);
    dropped.add(row.id);
  }
  for await (const row of rowsNear(before, changed, shortestRecord)) dropped.add(row.id);
  return { by: 'file', dropped, rows };
}
