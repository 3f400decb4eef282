import { asHostkeepError } from '#contract';
import { indexIdOf } from '../index/layout.ts';
import { checkSegmentHeader, openSegment, readSegmentSummary } from '../index/segment.ts';
import type { Repository } from '../repository.ts';
import type { Finding } from './check.ts';
import { isDamage } from '../damage/damage.ts';

/** Every byte of every index segment. A damaged one touches no restore point: the packs say the same. */
export async function checkIndex(repository: Repository, signal: AbortSignal): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const file of await repository.storage.names('index')) {
    signal.throwIfAborted();
    const segmentId = indexIdOf(file);
    if (segmentId === undefined) continue;
    try {
      await checkSegment(repository, segmentId);
    } catch (error) {
      if (!isDamage(error)) throw error;
      findings.push({ file, error: asHostkeepError(error) });
    }
  }
  return findings;
}

async function checkSegment(repository: Repository, segmentId: string): Promise<void> {
  const { storage, masterKey } = repository;
  await checkSegmentHeader(storage, segmentId);
  const { summary } = await readSegmentSummary(storage, masterKey, { segmentId, withFilter: true });
  const segment = openSegment(storage, masterKey, summary);
  for (let ordinal = 0; ordinal < segment.pageCount; ordinal += 1) await segment.page(ordinal);
}
