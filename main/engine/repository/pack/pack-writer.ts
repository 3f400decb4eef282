import { giveBack } from '#engine/bytes';
import { HostkeepError } from '#contract';
import type { Random } from '#engine/ports';
import type { Storage, StorageWriter } from '#engine/storage';
import type { ChunkKind } from '../chunk-id.ts';
import { deriveFileKey, seal, sealPieces, unseal, type FileKey } from '../seal.ts';
import { blockBytes } from '../chunker.ts';
import { blockMemories, type BlockMemory } from '../fingerprints/block-memory.ts';
import { compressGroup } from './group-codec.ts';
import {
  fingerprintSlotBytes,
  groupTargetBytes,
  packGroupLimit,
  packHeaderBytes,
  packMagic,
  packName,
  packTargetBytes,
  packTrailerBytes,
  parseDirectory,
  slotsPerPiece,
  writeDirectory,
  writeTrailer,
  type PackedChunk,
  type PackGroup,
} from './layout.ts';
import { writeQueue, type WriteQueue } from './write-queue.ts';

/** A pack that is published, with its directory: all that the index needs to know about it. */
export interface FinishedPack {
  readonly packId: string;
  readonly directory: Uint8Array;
  readonly sealedBytes: number;
}

/** Takes new chunks and writes them into packs. Packs are published behind the caller's back, in order. */
export interface PackWriter {
  /** Copies the bytes. Waits only when too much is on its way to the storage. */
  add(kind: ChunkKind, id: Buffer, bytes: Uint8Array): Promise<void>;
  /** Publishes the last pack and waits for all of them. The writer can be used again. */
  finish(): Promise<readonly FinishedPack[]>;
  /** Drops the unpublished pack. */
  discard(): Promise<void>;
}

interface Options {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly random: Random;
}

interface OpenGroup {
  readonly kind: ChunkKind;
  readonly memory: BlockMemory;
  readonly chunks: PackedChunk[];
  used: number;
}

interface OpenPack {
  readonly packId: string;
  readonly key: FileKey;
  readonly groups: PackGroup[];
  /** A slot for each group. */
  readonly fingerprints: Buffer[];
  readonly writer: Promise<StorageWriter>;
  offset: number;
}

/** Sealed bytes that may wait for the storage before the caller has to. */
const backlogLimit = 4 * 1024 * 1024;

export function packWriter(options: Options): PackWriter {
  const memories = blockMemories(options.masterKey);
  const emptyGroup = (kind: ChunkKind): OpenGroup => ({ kind, memory: memories(groupTargetBytes), chunks: [], used: 0 });
  const groups = { data: emptyGroup('data'), map: emptyGroup('map') };
  let pack: OpenPack | undefined;
  let finished: FinishedPack[] = [];
  const queue = writeQueue<OpenPack>(async (file, pieces) => (await file.writer).append(pieces));

  const sealGroup = (group: OpenGroup): void => {
    pack ??= startPack(options, queue);
    const { sealed, row } = sealedGroup(pack, group);
    pack.groups.push(row);
    pack.fingerprints.push(fingerprintSlot(group));
    pack.offset += row.sealedLength;
    for (const piece of sealed) queue.append(pack, piece);
    group.used = 0;
    group.chunks.length = 0;
  };

  const closePack = (): void => {
    if (pack === undefined) return;
    const closing = pack;
    pack = undefined;
    const directory = writeDirectory(closing.groups);
    const sealed = seal(closing.key, { kind: 'directory', ordinal: 0 }, directory);
    verifyDirectory(closing, sealed);
    const fingerprints = sealedFingerprints(closing);
    const trailer = writeTrailer({ groups: closing.groups.length, directoryBytes: sealed.length });
    const sealedBytes = closing.offset + fingerprints.length + sealed.length + packTrailerBytes;
    queue.append(closing, Buffer.concat([fingerprints, sealed, trailer]));
    queue.end(async () => {
      const writer = await closing.writer;
      await writer.publish();
      finished.push({ packId: closing.packId, directory, sealedBytes });
    });
  };

  return {
    async add(kind, id, bytes) {
      const group = groups[kind];
      const { bytes: target } = group.memory;
      if (group.used + bytes.byteLength > target.length) sealGroup(group);
      target.set(bytes, group.used);
      group.chunks.push({ id: Buffer.from(id), offset: group.used, length: bytes.byteLength });
      group.used += bytes.byteLength;
      if (pack !== undefined && (pack.offset >= packTargetBytes || pack.groups.length >= packGroupLimit)) closePack();
      if (queue.waitingBytes() > backlogLimit) await queue.written();
    },
    async finish() {
      for (const group of [groups.data, groups.map]) if (group.used > 0) sealGroup(group);
      closePack();
      await queue.settled();
      const done = finished;
      finished = [];
      return done;
    },
    async discard() {
      const open = pack;
      pack = undefined;
      await queue.settled().catch(() => undefined);
      if (open === undefined) return;
      const writer = await open.writer.catch(() => undefined);
      await writer?.discard();
    },
  };
}

function startPack(options: Options, queue: WriteQueue<OpenPack>): OpenPack {
  const packId = options.random.bytes(16).toString('hex');
  const writer = options.storage.create(packName(packId));
  // The queue awaits the writer and reports its failure; this only keeps Node from calling it unhandled before.
  writer.catch(() => undefined);
  const key = deriveFileKey(options.masterKey, 'pack', packId);
  const pack = { packId, key, groups: [], fingerprints: [], writer, offset: packHeaderBytes };
  queue.append(pack, Buffer.concat([packMagic, Buffer.from(packId, 'hex')]));
  return pack;
}

function sealedGroup(pack: OpenPack, group: OpenGroup): { readonly sealed: readonly Buffer[]; readonly row: PackGroup } {
  const ordinal = pack.groups.length;
  const { compression, bytes } = compressGroup(group.memory.bytes.subarray(0, group.used));
  const sealed = sealPieces(pack.key, { kind: group.kind, ordinal }, bytes);
  if (compression === 'zstd') giveBack(bytes);
  const lengths = { offset: pack.offset, sealedLength: sealed[0].length + sealed[1].length, plainLength: group.used };
  return { sealed, row: { ordinal, kind: group.kind, compression, ...lengths, chunks: [...group.chunks] } };
}

/** The fingerprints of a group's blocks, so that a later run need not read them to see that they have not changed. */
function fingerprintSlot(group: OpenGroup): Buffer {
  const slot = Buffer.alloc(fingerprintSlotBytes);
  if (group.kind === 'data') group.memory.fingerprints(0, Math.floor(group.used / blockBytes)).copy(slot);
  return slot;
}

function sealedFingerprints(pack: OpenPack): Buffer {
  const pieces: Buffer[] = [];
  for (let first = 0; first < pack.fingerprints.length; first += slotsPerPiece) {
    const slots = Buffer.concat(pack.fingerprints.slice(first, first + slotsPerPiece));
    pieces.push(seal(pack.key, { kind: 'fingerprints', ordinal: first / slotsPerPiece }, slots));
  }
  return Buffer.concat(pieces);
}

/** Reads back what is about to be written: a directory that cannot be read would lose the whole pack. */
function verifyDirectory(pack: OpenPack, sealed: Buffer): void {
  const read = parseDirectory(unseal(pack.key, { kind: 'directory', ordinal: 0 }, sealed));
  const same = read.length === pack.groups.length && writeDirectory(read).equals(writeDirectory(pack.groups));
  if (!same) throw new HostkeepError('internal/bug', { message: 'pack directory does not read back', pack: pack.packId });
}
