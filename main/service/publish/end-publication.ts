import type { DatabaseSync } from 'node:sqlite';
import { hasCode, HostkeepError, type PublicationView } from '#contract';
import { removeOverlays } from '#engine/recovery';
import { folderStorage, type Storage } from '#engine/storage';
import { thisProcess } from '#engine/repository';
import { systemClock } from '../repositories.ts';
import {
  claimDiscard,
  endPublication,
  hasProcess,
  listPublications,
  publicationOf,
  removePublication,
  requestStop,
} from '../state/publications.ts';
import { listRecoveries } from '../state/recoveries.ts';
import { letPointGo } from './keep-point.ts';

const lookEveryMs = 100;
const stopWithinMs = 60_000;

/**
 * Asks a publication to end and waits until it has. What was written is kept.
 * @throws HostkeepError publish/not-known, publish/not-running, publish/not-stopping
 */
export async function stopPublication(state: DatabaseSync, id: string): Promise<PublicationView> {
  requestStop(state, id);
  for (let waited = 0; hasProcess(publicationOf(state, id).state); waited += lookEveryMs) {
    if (waited >= stopWithinMs) throw new HostkeepError('publish/not-stopping', { publication: id });
    await systemClock.sleep(lookEveryMs);
  }
  return publicationOf(state, id);
}

/**
 * The same for who asks for it by its name: never what a recovered VM wrote, which goes with its recovery.
 * @throws HostkeepError publish/of-recovery, publish/not-known, publish/running, overlay/failed
 */
export async function discardByHand(state: DatabaseSync, id: string): Promise<PublicationView> {
  const owner = listRecoveries(state).find(({ publication }) => publication === id);
  if (owner !== undefined) throw new HostkeepError('publish/of-recovery', { publication: id, recovery: owner.id, vm: owner.vm });
  return discardPublication(state, id);
}

/**
 * Throws away what was written over a restore point, and lets the point go the way of all others.
 * @throws HostkeepError publish/not-known, publish/running, overlay/failed
 */
export async function discardPublication(state: DatabaseSync, id: string): Promise<PublicationView> {
  const publication = claimDiscard(state, id, thisProcess());
  const storage = folderStorage(publication.repositoryFolder);
  try {
    await forgetPublication(state, id, storage);
  } catch (error) {
    endPublication(state, id);
    throw error;
  } finally {
    await storage.close();
  }
  return publication;
}

/** Files first, the row last: what was cut off can be done again. */
export async function forgetPublication(state: DatabaseSync, id: string, storage: Storage): Promise<void> {
  const { definition, point, repository } = publicationOf(state, id);
  await removeOverlays(definition.overlayFolder, definition.disks);
  const others = listPublications(state).filter(
    (other) => other.id !== id && other.point === point && other.repository === repository,
  );
  try {
    await letPointGo(
      { storage, point, publication: id },
      others.map((other) => other.id),
      systemClock,
    );
  } catch (error) {
    // A repository that is out of reach keeps a point too many, which `pin --remove` mends; the overlay is gone all the same.
    if (!hasCode(error, 'storage/not-found', 'storage/denied', 'storage/full', 'storage/unreachable', 'input/not-found'))
      throw error;
  }
  removePublication(state, id);
}
