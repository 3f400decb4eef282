import { asHostkeepError, HostkeepError, type OnProgress } from '#contract';
import { openGroup } from '../chunk-reader.ts';
import { packIdOf, packName, type PackGroup } from '../pack/layout.ts';
import { checkPackHeader, readPackDirectory, type PackDirectory } from '../pack/pack-reader.ts';
import type { Repository } from '../repository.ts';
import { deriveFileKey } from '../seal.ts';
import type { Finding } from './check.ts';
import { fingerprintCheck, type FingerprintCheck } from './check-fingerprints.ts';
import { isDamage, newDamage, type Damage } from '../damage/damage.ts';

interface Options {
  readonly readData: boolean;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface CheckedPacks {
  readonly findings: readonly Finding[];
  readonly damage: Damage;
  readonly count: number;
  readonly chunks: number;
  readonly bytesRead: number;
}

/** Every pack: header and directory, and with `readData` every group and every chunk in it. */
export async function checkPacks(repository: Repository, options: Options): Promise<CheckedPacks> {
  const files = await repository.storage.list('packs');
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const damage = newDamage();
  const findings: Finding[] = [];
  let [count, chunks, doneBytes, bytesRead] = [0, 0, 0, 0];
  for (const file of files) {
    options.signal.throwIfAborted();
    const packId = packIdOf(file.name);
    doneBytes += file.sizeBytes;
    if (packId === undefined) continue;
    count += 1;
    try {
      await checkPackHeader(repository.storage, packId);
      const directory = await readPackDirectory(repository.storage, repository.masterKey, packId);
      chunks += directory.groups.reduce((sum, group) => sum + group.chunks.length, 0);
      bytesRead += options.readData ? file.sizeBytes : directory.bytes.length;
      if (options.readData) findings.push(...(await checkGroups(repository, directory, damage)));
    } catch (error) {
      if (!isDamage(error)) throw error;
      damage.markPack(packId);
      findings.push({ file: file.name, error: asHostkeepError(error) });
    }
    options.onProgress({ phase: 'check', doneBytes, totalBytes });
  }
  return { findings, damage, count, chunks, bytesRead };
}

/** Groups are read in stretches of this many bytes. */
const stretchBytes = 4 * 1024 * 1024;

async function checkGroups(repository: Repository, directory: PackDirectory, damage: Damage): Promise<readonly Finding[]> {
  const file = packName(directory.packId);
  const fingerprints = await readableFingerprints(repository, directory.packId);
  const bad: number[] = [];
  let unlike = fingerprints === undefined;
  for (const stretch of stretches(directory.groups)) {
    const start = stretch[0]!.offset;
    const length = stretch.reduce((sum, group) => sum + group.sealedLength, 0);
    const bytes = await repository.storage.read(file, start, length);
    for (const group of stretch) {
      const sealed = bytes.subarray(group.offset - start, group.offset - start + group.sealedLength);
      const plain = soundGroup(repository, directory.packId, group, sealed);
      if (plain === undefined) bad.push(group.ordinal);
      else unlike ||= fingerprints?.isRight(group, plain) === false;
    }
  }
  for (const ordinal of bad) damage.markGroup(directory.packId, ordinal);
  const found = (details: { readonly groups: string } | { readonly structure: string }): Finding => ({
    file,
    error: new HostkeepError('repository/pack-damaged', { pack: directory.packId, ...details }),
  });
  // Without right fingerprints the next run reads more than it must; no restore point is touched.
  return [
    ...(bad.length > 0 ? [found({ groups: bad.join(' ') })] : []),
    ...(unlike ? [found({ structure: 'fingerprints' })] : []),
  ];
}

async function readableFingerprints(repository: Repository, packId: string): Promise<FingerprintCheck | undefined> {
  try {
    return await fingerprintCheck(repository, packId);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** The plain bytes of a group whose every chunk is what it is named; undefined when they are not. */
function soundGroup(repository: Repository, packId: string, group: PackGroup, sealed: Buffer): Buffer | undefined {
  const place = { ...group, packId, groupOrdinal: group.ordinal, groupOffset: group.offset };
  try {
    const plain = openGroup(deriveFileKey(repository.masterKey, 'pack', packId), place, sealed);
    const named = (chunk: PackGroup['chunks'][number]): boolean =>
      repository.namer(group.kind, plain.subarray(chunk.offset, chunk.offset + chunk.length)).equals(chunk.id);
    return plain.length === group.plainLength && group.chunks.every(named) ? plain : undefined;
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function* stretches(groups: readonly PackGroup[]): Iterable<readonly PackGroup[]> {
  let stretch: PackGroup[] = [];
  let bytes = 0;
  for (const group of groups) {
    if (stretch.length > 0 && bytes + group.sealedLength > stretchBytes) {
      yield stretch;
      [stretch, bytes] = [[], 0];
    }
    stretch.push(group);
    bytes += group.sealedLength;
  }
  if (stretch.length > 0) yield stretch;
}
