import { HostkeepError } from '#contract';
import type { Random } from '#engine/ports';
import type { Storage } from '#engine/storage';
import { newRecoveryKey, parseRecoveryKey } from './recovery-key.ts';
import { parseRemembered, writeRemembered } from './remembered.ts';
import { readSlots, storeSlot, type DamagedSlot } from './slot-files.ts';
import { slotKey, unwrapKey, wrapKey } from './slot.ts';

const shortestPassphrase = 8;

interface KeyringOptions {
  readonly repositoryId: string;
  readonly random: Random;
}

/** Makes a master key and its first two slots. The recovery key is told here and never again. */
export async function createKeyring(
  storage: Storage,
  options: KeyringOptions & { readonly passphrase: string },
): Promise<{ readonly masterKey: Buffer; readonly recoveryKey: string }> {
  refusePassphrase(options.passphrase);
  const masterKey = options.random.bytes(32);
  const { repositoryId, random } = options;
  await storeSlot(
    storage,
    await wrapKey(masterKey, { kind: 'passphrase', secret: options.passphrase, repositoryId }, random),
    random,
  );
  const recoveryKey = await addRecoverySlot(storage, { ...options, masterKey });
  return { masterKey, recoveryKey };
}

/** @throws HostkeepError input/invalid for what no repository takes as its passphrase */
export function refusePassphrase(passphrase: string): void {
  if (passphrase.length < shortestPassphrase)
    throw new HostkeepError('input/invalid', { passphrase: `shorter than ${shortestPassphrase} characters` });
  // It would be taken for a passphrase and its key.
  if (parseRemembered(passphrase).slotKey !== undefined)
    throw new HostkeepError('input/invalid', { passphrase: 'holds a control character' });
}

/** Adds a slot for a new recovery key, which is returned. */
export async function addRecoverySlot(
  storage: Storage,
  options: KeyringOptions & { readonly masterKey: Uint8Array },
): Promise<string> {
  const { repositoryId, random, masterKey } = options;
  const recoveryKey = newRecoveryKey(random);
  const secret = parseRecoveryKey(recoveryKey) ?? '';
  await storeSlot(storage, await wrapKey(masterKey, { kind: 'recovery', secret, repositoryId }, random), random);
  return recoveryKey;
}

export interface UnlockOptions {
  /** A passphrase, a recovery key, or what was remembered of one of them. */
  readonly secret: string;
  /** Called once while a key is derived, which takes long and leaves this thread idle. */
  readonly meanwhile?: (() => void) | undefined;
}

export interface Unlocked {
  readonly masterKey: Buffer;
  /** Opens the repository again without deriving a key, as long as the slot is there. As secret as the passphrase. */
  readonly remembered: string;
}

/**
 * The master key, by passphrase or recovery key. Damaged slots do not hinder the others. A remembered key is tried first: it opens the slot
 * from which it was derived and no other, and where that is gone its passphrase is tried as if it had just been typed.
 * @throws HostkeepError repository/wrong-passphrase, repository/recovery-key-mistyped, repository/key-damaged when a slot is damaged and no other opens
 */
export async function openMasterKey(
  storage: Storage,
  options: UnlockOptions & { readonly repositoryId: string },
): Promise<Unlocked> {
  const { repositoryId } = options;
  const { slots, damaged } = await readSlots(storage);
  const given = parseRemembered(options.secret);
  if (given.slotKey !== undefined) {
    for (const slot of slots) {
      const masterKey = unwrapKey(slot, given.slotKey, repositoryId);
      if (masterKey !== undefined) return { masterKey, remembered: options.secret };
    }
  }
  let { meanwhile } = options;
  const recovery = parseRecoveryKey(given.secret);
  for (const slot of slots) {
    const secret = slot.derivation.kind === 'recovery' ? recovery : given.secret;
    if (secret === undefined) continue;
    const deriving = slotKey(slot, secret);
    meanwhile?.();
    meanwhile = undefined;
    const key = await deriving;
    const masterKey = unwrapKey(slot, key, repositoryId);
    if (masterKey !== undefined) return { masterKey, remembered: writeRemembered(given.secret, key) };
  }
  // Nobody can say whether the damaged slot would have opened.
  if (damaged[0] !== undefined) throw damaged[0].error;
  if (slots.length === 0) throw new HostkeepError('repository/key-damaged', { file: 'keys' });
  throw new HostkeepError('repository/wrong-passphrase');
}

/** Key files that are not as they were written. */
export async function verifyKeyFiles(storage: Storage): Promise<readonly DamagedSlot[]> {
  return (await readSlots(storage)).damaged;
}
