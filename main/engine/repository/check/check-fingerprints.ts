import { HostkeepError } from '#contract';
import { blockBytes } from '../chunker.ts';
import { blockMemories, fingerprintBytes } from '../fingerprints/block-memory.ts';
import {
  fingerprintSlotBytes,
  groupTargetBytes,
  packName,
  sealedFingerprintsBytes,
  slotsPerPiece,
  type PackGroup,
} from '../pack/layout.ts';
import { findFingerprints } from '../pack/pack-reader.ts';
import type { Repository } from '../repository.ts';
import { deriveFileKey, sealedBytes, unseal } from '../seal.ts';

/** Compares what a pack says of its blocks with the blocks. */
export interface FingerprintCheck {
  /** Whether the stored fingerprints of a group are those of its plain bytes. */
  isRight(group: PackGroup, plain: Buffer): boolean;
}

/** @throws HostkeepError repository/seal-broken, repository/pack-damaged, storage/* */
export async function fingerprintCheck(repository: Repository, packId: string): Promise<FingerprintCheck> {
  const slots = await readSlots(repository, packId);
  const memory = blockMemories(repository.masterKey)(groupTargetBytes);
  return {
    isRight(group, plain) {
      const slot = slots.subarray(group.ordinal * fingerprintSlotBytes, (group.ordinal + 1) * fingerprintSlotBytes);
      const blocks = group.kind === 'data' ? Math.floor(plain.length / blockBytes) : 0;
      if (plain.length > groupTargetBytes || slot.length !== fingerprintSlotBytes) return false;
      plain.copy(memory.bytes);
      const used = blocks * fingerprintBytes;
      return memory.fingerprints(0, blocks).equals(slot.subarray(0, used)) && slot.subarray(used).every((byte) => byte === 0);
    },
  };
}

async function readSlots(repository: Repository, packId: string): Promise<Buffer> {
  const { storage, masterKey } = repository;
  const { offset, groups } = await findFingerprints(storage, packId);
  const key = deriveFileKey(masterKey, 'pack', packId);
  const sealed = await storage.read(packName(packId), offset, sealedFingerprintsBytes(groups));
  const pieces: Buffer[] = [];
  for (let at = 0; at < sealed.length; at += sealedBytes(slotsPerPiece * fingerprintSlotBytes)) {
    const piece = sealed.subarray(at, at + sealedBytes(slotsPerPiece * fingerprintSlotBytes));
    pieces.push(unseal(key, { kind: 'fingerprints', ordinal: pieces.length }, piece));
  }
  const slots = Buffer.concat(pieces);
  if (slots.length !== groups * fingerprintSlotBytes)
    throw new HostkeepError('repository/pack-damaged', { pack: packId, structure: 'fingerprints' });
  return slots;
}
