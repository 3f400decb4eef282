import { HostkeepError } from '#contract';
import type { Random } from '#engine/ports';
import type { Storage } from '#engine/storage';
import { refusePassphrase } from './keyring.ts';
import { parseRemembered } from './remembered.ts';
import { readSlot, readSlots, storeSlot } from './slot-files.ts';
import { slotKey, unwrapKey, wrapKey, type SlotKind } from './slot.ts';

/** What opens a repository, without what a person needs for it. */
export interface RepositoryKey {
  /** 16 hex digits: the name of its file. */
  readonly id: string;
  /** `damaged`: nobody knows what it was. */
  readonly kind: SlotKind | 'damaged';
  /** The one that opened the repository now. */
  readonly used: boolean;
}

/** An open repository, as far as its keys go. */
export interface OpenKeys {
  readonly id: string;
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly remembered: string;
  readonly random: Random;
}

export async function listKeys({ id, storage, remembered }: OpenKeys): Promise<readonly RepositoryKey[]> {
  const { slots, damaged } = await readSlots(storage);
  const key = parseRemembered(remembered).slotKey;
  return [
    ...slots.map((slot) => ({
      id: idOf(slot.file),
      kind: slot.derivation.kind,
      used: key !== undefined && unwrapKey(slot, key, id) !== undefined,
    })),
    ...damaged.map(({ file }) => ({ id: idOf(file), kind: 'damaged' as const, used: false })),
  ].toSorted((a, b) => a.kind.localeCompare(b.kind, 'en') || a.id.localeCompare(b.id, 'en'));
}

/**
 * A new passphrase in the place of every one before; recovery keys stay, and no data is written anew. The new slot is read back and opened
 * before an old one goes, so that whoever dies in between leaves more keys, never fewer.
 * @returns the new key, and the ids of those that went
 * @throws HostkeepError input/invalid, repository/key-damaged where the new slot does not open, storage/*
 */
export async function changePassphrase(
  { id: repositoryId, storage, masterKey, random }: OpenKeys,
  passphrase: string,
): Promise<{ readonly key: string; readonly removed: readonly string[] }> {
  refusePassphrase(passphrase);
  const before = (await readSlots(storage)).slots.filter(({ derivation }) => derivation.kind === 'passphrase');
  const slot = await wrapKey(masterKey, { kind: 'passphrase', secret: passphrase, repositoryId }, random);
  const file = await storeSlot(storage, slot, random);
  const stored = await readSlot(storage, file);
  const opened = unwrapKey(stored, await slotKey(stored, passphrase), repositoryId);
  if (opened?.equals(masterKey) !== true) throw new HostkeepError('repository/key-damaged', { file });
  for (const old of before) await storage.remove(old.file);
  return { key: idOf(file), removed: before.map((old) => idOf(old.file)) };
}

/** @throws HostkeepError input/not-found, repository/last-key */
export async function removeKey({ storage }: Pick<OpenKeys, 'storage'>, key: string): Promise<void> {
  const { slots, damaged } = await readSlots(storage);
  const found = [...slots, ...damaged].find(({ file }) => idOf(file) === key);
  if (found === undefined) throw new HostkeepError('input/not-found', { key });
  if (!slots.some((slot) => slot !== found)) throw new HostkeepError('repository/last-key', { key });
  await storage.remove(found.file);
}

function idOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
