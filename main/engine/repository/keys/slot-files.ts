import { asHostkeepError, hasCode, type HostkeepError } from '#contract';
import type { Random } from '#engine/ports';
import type { Storage } from '#engine/storage';
import { readAhead } from '#engine/threads';
import { parseSlot, writeSlot, type Slot } from './slot.ts';

const limitBytes = 64 * 1024;
/** Files that are asked for at once: a share answers each after a round trip. */
const readAtOnce = Array.from({ length: 4 });

/** A slot as it lies in the repository: `file` is `keys/` and its id. */
export interface StoredSlot extends Slot {
  readonly file: string;
}

export interface DamagedSlot {
  readonly file: string;
  readonly error: HostkeepError;
}

/** Every slot that can be read, those that cost no derivation first, and the files of which nobody knows what they open. */
export async function readSlots(
  storage: Storage,
): Promise<{ readonly slots: readonly StoredSlot[]; readonly damaged: readonly DamagedSlot[] }> {
  const slots: StoredSlot[] = [];
  const damaged: DamagedSlot[] = [];
  const read = async (file: string): Promise<void> => {
    try {
      slots.push({ file, ...(await readSlot(storage, file)) });
    } catch (error) {
      if (!hasCode(error, 'repository/key-damaged', 'repository/version-unsupported', 'storage/short-read')) throw error;
      damaged.push({ file, error: asHostkeepError(error) });
    }
  };
  for await (const _ of readAhead(await storage.names('keys'), readAtOnce, read));
  // A recovery key needs no 100 ms guess at the passphrase's slot.
  return {
    slots: slots.toSorted((a, b) => (a.derivation.kind === b.derivation.kind ? 0 : a.derivation.kind === 'recovery' ? -1 : 1)),
    damaged,
  };
}

/** @throws HostkeepError repository/key-damaged, repository/version-unsupported, storage/* */
export async function readSlot(storage: Storage, file: string): Promise<Slot> {
  return parseSlot(await storage.readAll(file, limitBytes), file);
}

/** The file of the new slot. */
export async function storeSlot(storage: Storage, slot: Slot, random: Random): Promise<string> {
  const file = `keys/${random.bytes(8).toString('hex')}`;
  await storage.write(file, writeSlot(slot));
  return file;
}
