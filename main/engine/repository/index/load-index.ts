import { hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { indexIdOf } from './layout.ts';
import { readSegmentSummary, type SegmentSummary } from './segment.ts';

/**
 * The summaries of all index segments that can be read. A damaged segment is left out: its packs then count as not indexed,
 * readers look into them, the next run indexes them again, and `repo check` names the file. Segments that another process
 * merges away meanwhile make the list be read again. @throws HostkeepError storage/*
 */
export async function loadIndex(
  storage: Storage,
  masterKey: Uint8Array,
  options: { readonly withFilter: boolean },
): Promise<readonly SegmentSummary[]> {
  const load = async (segmentId: string): Promise<readonly SegmentSummary[]> => {
    try {
      return [(await readSegmentSummary(storage, masterKey, { segmentId, ...options })).summary];
    } catch (error) {
      if (hasCode(error, 'repository/index-damaged', 'storage/short-read')) return [];
      throw error;
    }
  };
  for (let attempt = 0; ; attempt += 1) {
    const segmentIds = (await storage.names('index')).flatMap((name) => indexIdOf(name) ?? []);
    try {
      return (await Promise.all(segmentIds.map(load))).flat();
    } catch (error) {
      if (attempt >= 3 || !hasCode(error, 'storage/not-found')) throw error;
    }
  }
}
