import { asHostkeepError, hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { readConfig } from '../config.ts';
import { verifyDamageNotes } from '../damage/damage-marks.ts';
import { verifyKeyFiles } from '../keys/index.ts';
import { verifyLockFiles } from '../locks/index.ts';
import { verifyMarks } from '../marks.ts';
import type { Repository } from '../repository.ts';
import { verifyReserve } from '../reserve.ts';
import type { Finding } from './check.ts';

/** The files that are not sealed: configuration, keys, locks and marks of points, each with a checksum of its own, and the reserve. */
export async function checkTexts({ storage, id }: Pick<Repository, 'storage' | 'id'>): Promise<readonly Finding[]> {
  const texts = [...(await checkConfig(storage)), ...(await verifyKeyFiles(storage)), ...(await verifyLockFiles(storage))];
  return [
    ...texts,
    ...(await verifyMarks(storage)),
    ...(await verifyDamageNotes(storage)),
    ...(await verifyReserve(storage, id)),
  ];
}

async function checkConfig(storage: Storage): Promise<readonly Finding[]> {
  try {
    await readConfig(storage);
    return [];
  } catch (error) {
    if (!hasCode(error, 'repository/config-damaged', 'repository/version-unsupported')) throw error;
    return [{ file: 'config', error: asHostkeepError(error) }];
  }
}
