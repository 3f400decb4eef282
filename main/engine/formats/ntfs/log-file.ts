import { hasCode } from '#contract';
import { corrupt, readU64 } from './damage.ts';
import { undoFixups } from './fixups.ts';
import { attributeTypes, ownRecords } from './layout.ts';
import { openStream, readStream } from './stream.ts';
import type { NtfsVolume } from './volume.ts';

/** `pending` means that the journal may hold changes which are not in place yet. */
export type LogState = 'clean' | 'pending' | 'unreadable';

const pageBytes = 4096;
const restartArea = { currentLsn: 0, inUseClients: 12, flags: 14 } as const;
const noClient = 0xffff;
const cleanFlag = 2;

/**
 * By the newer of the two restart pages ([NTFS] "File - $LogFile"); a log that was never written is filled with ones. A page
 * that cannot be read may have been the newer one: beside it the other's word for a clean volume does not count.
 */
export async function readLogState(volume: NtfsVolume): Promise<LogState> {
  try {
    const file = await volume.file(ownRecords.logFile);
    const stream = openStream(volume, await file.pieces(attributeTypes.data, ''));
    const pages: RestartPage[] = [];
    let isWhole = true;
    for (const offset of [0, pageBytes]) {
      const page = Buffer.alloc(pageBytes);
      await readStream(stream, offset, page);
      if (page.every((byte) => byte === 0xff)) continue;
      const parsed = parseRestartPage(page);
      if (parsed === undefined) isWhole = false;
      else pages.push(parsed);
    }
    const newest = pages.toSorted((a, b) => b.lsn - a.lsn)[0];
    if (newest !== undefined && !newest.isClean) return 'pending';
    return isWhole ? 'clean' : 'unreadable';
  } catch (error) {
    if (hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) return 'unreadable';
    throw error;
  }
}

interface RestartPage {
  readonly lsn: number;
  readonly isClean: boolean;
}

/** Undefined when the page was written in part, or is none. */
function parseRestartPage(page: Buffer): RestartPage | undefined {
  // Chkdsk leaves pages under a name of its own when it emptied the log.
  if (page.toString('latin1', 0, 4) === 'CHKD') return { lsn: 0, isClean: true };
  try {
    undoFixups(page, 'RSTR');
    const area = page.subarray(page.readUInt16LE(24));
    if (area.length < 16) throw corrupt('restart page');
    const hasClient = area.readUInt16LE(restartArea.inUseClients) !== noClient;
    const isMarkedClean = (area.readUInt16LE(restartArea.flags) & cleanFlag) !== 0;
    return { lsn: readU64(area, restartArea.currentLsn, 'restart page'), isClean: !hasClient || isMarkedClean };
  } catch (error) {
    if (hasCode(error, 'format/ntfs-corrupt')) return undefined;
    throw error;
  }
}
