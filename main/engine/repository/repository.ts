import { hasCode, HostkeepError } from '#contract';
import type { Clock, Random } from '#engine/ports';
import type { Storage } from '#engine/storage';
import { chunkNamer, type ChunkNamer } from './chunk-id.ts';
import { chunkReader, type ChunkReader } from './chunk-reader.ts';
import { anchorToConfig, writeConfig } from './config.ts';
import { listDamage } from './damage/damage-marks.ts';
import { loadIndex } from './index/load-index.ts';
import { locator, type Locator } from './index/locator.ts';
import { addRecoverySlot, createKeyring, openMasterKey, type UnlockOptions } from './keys/index.ts';
import type { HeldLock } from './locks/index.ts';
import { keepReserve } from './reserve.ts';

/** An open repository: its keys, and the way to its chunks. */
export interface Repository {
  readonly id: string;
  readonly storage: Storage;
  readonly masterKey: Buffer;
  /** Opens it again without deriving a key: may be kept where the passphrase may be kept, and nowhere else. */
  readonly remembered: string;
  readonly random: Random;
  readonly clock: Clock;
  /** Told that a lock is watched, which takes minutes, before it is taken for one that nobody holds. */
  readonly onLockWatched?: (held: HeldLock) => void;
  /** False where somebody waits at a page: then a lock that may be left is not watched, but in the way. */
  readonly watchesLocks?: boolean;
  readonly namer: ChunkNamer;
  /** Loads the index at first use; later calls share it. */
  reading(): Promise<{ readonly locator: Locator; readonly chunks: ChunkReader }>;
  /** Forgets the loaded index, after it was changed. */
  refresh(): void;
  close(): Promise<void>;
}

interface Environment {
  readonly random: Random;
  readonly clock: Clock;
}

const readerCacheBytes = 32 * 1024 * 1024;

/** @throws HostkeepError repository/exists, repository/folder-not-empty, storage/* */
export async function initRepository(
  storage: Storage,
  options: Environment & { readonly passphrase: string },
): Promise<{ readonly repositoryId: string; readonly recoveryKey: string }> {
  const present = await storage.names('');
  if (present.includes('config')) throw new HostkeepError('repository/exists');
  if (present.length > 0) throw new HostkeepError('repository/folder-not-empty', { example: present[0]! });
  const repositoryId = options.random.bytes(16).toString('hex');
  const { recoveryKey } = await createKeyring(storage, { repositoryId, passphrase: options.passphrase, random: options.random });
  await writeConfig(storage, { id: repositoryId, createdAt: options.clock.now() });
  await keepReserve({ storage, id: repositoryId });
  return { repositoryId, recoveryKey };
}

/** `secret` is the passphrase or a recovery key. @throws HostkeepError repository/* */
export async function openRepository(storage: Storage, options: Environment & UnlockOptions): Promise<Repository> {
  const config = await anchorToConfig(storage);
  const { masterKey, remembered } = await openMasterKey(storage, {
    repositoryId: config.id,
    secret: options.secret,
    meanwhile: options.meanwhile,
  });
  const namer = chunkNamer(masterKey);
  let loaded: ReturnType<Repository['reading']> | undefined;
  const load = async (): ReturnType<Repository['reading']> => {
    const found = locator({
      storage,
      masterKey,
      segments: await loadIndex(storage, masterKey, { withFilter: false }),
      damaged: await listDamage(storage),
      forReading: true,
    });
    return { locator: found, chunks: chunkReader({ storage, masterKey, locator: found, namer, cacheBytes: readerCacheBytes }) };
  };
  return {
    id: config.id,
    storage,
    masterKey,
    remembered,
    random: options.random,
    clock: options.clock,
    namer,
    reading: () => (loaded ??= load()),
    refresh: () => {
      loaded = undefined;
    },
    close: () => storage.close(),
  };
}

/** A further printable recovery key, shown once. */
export async function addRecoveryKey(repository: Repository): Promise<string> {
  return addRecoverySlot(repository.storage, {
    repositoryId: repository.id,
    masterKey: repository.masterKey,
    random: repository.random,
  });
}

export async function isRepository(storage: Storage): Promise<boolean> {
  try {
    await storage.stat('config');
    return true;
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return false;
    throw error;
  }
}
