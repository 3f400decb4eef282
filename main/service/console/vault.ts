/**
 * The passphrases that were typed in this session, with the keys that were derived from them, so that no run derives them again: in memory,
 * until the console ends or the repository is locked.
 */
import { hasCode, HostkeepError } from '#contract';
import type { Secrets } from '#engine/ports';
import { parseRemembered, type Repository } from '#engine/repository';
import { openRepositoryAt } from '../repositories.ts';
import type { KnownRepository } from '../state/repositories.ts';

export interface Vault {
  holds(repository: string): boolean;
  /** Every secret held now: for taking them out of what goes to others. */
  held(): readonly string[];
  /** Proves the secret by opening the repository; keeps it. @throws HostkeepError repository/* */
  unlock(repository: KnownRepository, secret: string, remember: boolean): Promise<Repository>;
  /** After its passphrase was changed: what is held, and what is remembered if it was, is the new one. @throws HostkeepError repository/*, secrets/* */
  renew(repository: KnownRepository, secret: string): Promise<void>;
  lock(repository: string): Promise<void>;
  /** @throws HostkeepError repository/passphrase-needed */
  secretOf(repository: KnownRepository): Promise<string>;
}

const secretName = (repository: string): string => `repository-${repository}`;

export function vault(secrets: Secrets): Vault {
  const held = new Map<string, string>();
  const unlock: Vault['unlock'] = async (known, secret, remember) => {
    const repository = await openRepositoryAt(known.folder, async () => secret);
    if (repository.id !== known.id) {
      await repository.close();
      throw new HostkeepError('repository/not-found', { folder: known.folder, why: 'another repository lies there now' });
    }
    held.set(known.id, repository.remembered);
    try {
      if (remember) await secrets.set(secretName(known.id), repository.remembered);
    } catch (error) {
      await repository.close();
      throw error;
    }
    return repository;
  };
  return {
    holds: (repository) => held.has(repository),
    held: () => [...held.values()].flatMap(partsOf),
    unlock,
    async renew(known, secret) {
      const isRemembered = (await remembered(secrets, known.id)) !== undefined;
      await (await unlock(known, secret, isRemembered)).close();
    },
    async lock(repository) {
      held.delete(repository);
      await secrets.delete(secretName(repository));
    },
    async secretOf(known) {
      const secret = held.get(known.id) ?? (await remembered(secrets, known.id));
      if (secret === undefined) throw new HostkeepError('repository/passphrase-needed', { repository: known.name });
      held.set(known.id, secret);
      return secret;
    },
  };
}

/** Either part gives the repository away. */
function partsOf(remembered: string): readonly string[] {
  const { secret, slotKey } = parseRemembered(remembered);
  return [remembered, secret, ...(slotKey === undefined ? [] : [slotKey.toString('hex')])];
}

/** What the operating system's keystore has; a system without one has nothing. */
async function remembered(secrets: Secrets, repository: string): Promise<string | undefined> {
  try {
    return await secrets.get(secretName(repository));
  } catch (error) {
    if (hasCode(error, 'secrets/unavailable', 'host/powershell-missing')) return undefined;
    throw error;
  }
}
