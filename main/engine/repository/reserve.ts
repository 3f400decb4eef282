import { createCipheriv, createHash } from 'node:crypto';
import { hasCode, HostkeepError } from '#contract';
import type { Storage } from '#engine/storage';

/** A file that only takes up room, so that on a full disk there is some for a lock, an index and the rest of a pack. */
const name = 'reserve';
const reserveBytes = 4 * 1024 * 1024;

/** Makes the reserve where it is missing and there is room for it. */
export async function keepReserve(place: { readonly storage: Storage; readonly id: string }): Promise<void> {
  try {
    await place.storage.stat(name);
  } catch (error) {
    if (!hasCode(error, 'storage/not-found')) throw error;
    await writeReserve(place.storage, place.id);
  }
}

async function writeReserve(storage: Storage, repositoryId: string): Promise<void> {
  try {
    await storage.write(name, contentOf(repositoryId));
  } catch (error) {
    // Full: there is nothing to reserve. Exists: another run was quicker.
    if (!hasCode(error, 'storage/full', 'storage/exists')) throw error;
  }
}

/** Gives the room back. False when there is no reserve. */
export async function spendReserve(storage: Storage): Promise<boolean> {
  try {
    await storage.stat(name);
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return false;
    throw error;
  }
  await storage.remove(name);
  return true;
}

/** What is wrong with the reserve, if anything. One that is not there was spent. */
export async function verifyReserve(
  storage: Storage,
  repositoryId: string,
): Promise<readonly { readonly file: string; readonly error: HostkeepError }[]> {
  try {
    const bytes = await storage.readAll(name, reserveBytes);
    if (bytes.equals(contentOf(repositoryId))) return [];
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return [];
    if (!hasCode(error, 'storage/short-read')) throw error;
  }
  return [{ file: name, error: new HostkeepError('repository/reserve-damaged', { file: name }) }];
}

/** Bytes that no storage can make smaller, the same for everybody who knows the repository's id: they hide nothing. */
function contentOf(repositoryId: string): Buffer {
  const key = createHash('sha256').update(`hostkeep reserve ${repositoryId}`).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(reserveBytes));
}
