import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { literal, looseObject, number } from 'valibot';
import {
  accept,
  acceptJson,
  asHostkeepError,
  hasCode,
  HostkeepError,
  restorePointSchema,
  type DiskRecord,
  type PointId,
  type RestorePoint,
} from '#contract';
import { readAhead } from '#engine/threads';
import { removeEvidence } from './evidence-files.ts';
import { droppedIds } from './marks.ts';
import type { Repository } from './repository.ts';
import { deriveFileKey, seal, unseal } from './seal.ts';

/** How a manifest begins, and which part of the file it is: one that is said anew is another part, so that no nonce comes twice. */
const first = { magic: Buffer.from('HKPOINT1', 'latin1'), part: { kind: 'manifest', ordinal: 0 } } as const;
const anew = { magic: Buffer.from('HKPOINT2', 'latin1'), part: { kind: 'manifest', ordinal: 1 } } as const;
const magicBytes = 8;
const limitBytes = 64 * 1024 * 1024;

export interface DamagedPoint {
  readonly id: PointId;
  readonly error: HostkeepError;
}

export function pointName(id: PointId): string {
  return `points/${id}.point`;
}

export function newPointId(repository: Repository): PointId {
  return repository.random.bytes(8).toString('hex');
}

/** Makes the restore point exist. Everything it names must be published and indexed before. Durable when it returns. */
export async function publishPoint(repository: Repository, point: RestorePoint): Promise<void> {
  await repository.storage.write(pointName(point.id), sealed(repository, point, first));
}

/**
 * Says something else of a point that is there: of the same content, and once only. At any moment there is one of the two, whole.
 * @throws HostkeepError storage/*
 */
export async function republishPoint(repository: Repository, point: RestorePoint): Promise<void> {
  await repository.storage.replace(pointName(point.id), sealed(repository, point, anew));
}

function sealed(repository: Repository, point: RestorePoint, { magic, part }: typeof first | typeof anew): Buffer {
  const plain = zstdCompressSync(Buffer.from(JSON.stringify(point)), { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  return Buffer.concat([magic, seal(deriveFileKey(repository.masterKey, 'point', point.id), part, plain)]);
}

/** @throws HostkeepError repository/point-damaged, storage/* */
export async function readPoint(repository: Repository, id: PointId): Promise<RestorePoint> {
  const bytes = await repository.storage.readAll(pointName(id), limitBytes);
  try {
    const form = [first, anew].find(({ magic }) => bytes.subarray(0, magicBytes).equals(magic));
    if (form === undefined) throw new HostkeepError('repository/point-damaged', { point: id, structure: 'magic' });
    const packed = unseal(deriveFileKey(repository.masterKey, 'point', id), form.part, bytes.subarray(magicBytes));
    const plain = zstdDecompressSync(packed, { maxOutputLength: limitBytes });
    return acceptPoint(plain.toString('utf8'), id);
  } catch (cause) {
    if (hasCode(cause, 'repository/point-damaged', 'repository/version-unsupported')) throw cause;
    throw new HostkeepError('repository/point-damaged', { point: id }, cause);
  }
}

export interface ListedPoints {
  readonly points: readonly RestorePoint[];
  readonly damaged: readonly DamagedPoint[];
}

/** Restore points, oldest first, without those that are dropped and wait for their grace to end. What cannot be read is told. */
export async function listPoints(repository: Repository): Promise<ListedPoints> {
  const dropped = new Set(await droppedIds(repository.storage));
  return readPoints(
    repository,
    (await listPointIds(repository)).filter((id) => !dropped.has(id)),
  );
}

/** Like `listPoints`, with those that are dropped: all whose chunks are needed. */
export async function listEveryPoint(repository: Repository): Promise<ListedPoints> {
  return readPoints(repository, await listPointIds(repository));
}

/** Manifests that are asked for at once: a share answers each after some round trips, and a shop keeps thousands. */
const readAtOnce = Array.from({ length: 16 });

async function readPoints(repository: Repository, ids: readonly PointId[]): Promise<ListedPoints> {
  const points: RestorePoint[] = [];
  const damaged: DamagedPoint[] = [];
  const read = async (id: PointId): Promise<void> => {
    try {
      points.push(await readPoint(repository, id));
    } catch (error) {
      if (hasCode(error, 'storage/not-found')) return; // forgotten since it was listed
      damaged.push({ id, error: asHostkeepError(error) });
    }
  };
  for await (const _ of readAhead(ids, readAtOnce, read));
  return {
    points: points.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)),
    damaged: damaged.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The point that `spec` names: an id, a unique prefix of one, or `NAME@latest`; `ID@latest` where VMs share a name. @throws input/not-found, input/ambiguous */
export async function findPoint(repository: Repository, spec: string): Promise<RestorePoint> {
  const latest = /^(.+)@latest$/.exec(spec)?.[1];
  return latest === undefined ? readPoint(repository, await findPointId(repository, spec)) : latestPoint(repository, latest);
}

/** Like `findPoint`, for the id alone: works for a point that cannot be read, so that it can be forgotten. */
export async function findPointId(repository: Repository, spec: string): Promise<PointId> {
  const latest = /^(.+)@latest$/.exec(spec)?.[1];
  if (latest !== undefined) return (await latestPoint(repository, latest)).id;
  const ids = (await listPointIds(repository)).filter((id) => spec !== '' && id.startsWith(spec.toLowerCase()));
  if (ids.length > 1) throw new HostkeepError('input/ambiguous', { point: spec, matches: ids });
  if (ids[0] === undefined) throw new HostkeepError('input/not-found', { point: spec });
  return ids[0];
}

async function latestPoint(repository: Repository, vm: string): Promise<RestorePoint> {
  const { points, damaged } = await listPoints(repository);
  const folded = vm.toLowerCase();
  const byId = points.findLast((point) => point.vmId?.toLowerCase() === folded);
  if (byId !== undefined) return byId;
  const exact = points.filter((point) => point.vm === vm);
  const named = exact.length > 0 ? exact : points.filter((point) => point.vm.toLowerCase() === folded);
  // Another VM of that name is another VM: nobody may get one for the other.
  const ids = [...new Set(named.map((point) => point.vmId ?? point.vm))];
  if (ids.length > 1) throw new HostkeepError('input/ambiguous', { vm, ids });
  const found = named.at(-1);
  if (found !== undefined) return found;
  throw damaged[0]?.error ?? new HostkeepError('input/not-found', { vm });
}

/** Drops a restore point. Its space is free after a compact. Needs no space itself. */
export async function forgetPoint(repository: Repository, id: PointId): Promise<void> {
  await repository.storage.remove(pointName(id));
  await removeEvidence(repository.storage, id);
}

export async function listPointIds(repository: Repository): Promise<readonly PointId[]> {
  const names = await repository.storage.names('points');
  return names.flatMap((name) => /^points\/([0-9a-f]{16})\.point$/.exec(name)?.[1] ?? []);
}

/** A manifest is authenticated, so this guards against our own versions, not against an attacker. */
function acceptPoint(text: string, id: PointId): RestorePoint {
  const damaged = { code: 'repository/point-damaged', details: { point: id, structure: 'manifest' } } as const;
  const value = acceptJson(looseObject({ version: number(), id: literal(id) }), text, damaged);
  if (value.version !== 1) throw new HostkeepError('repository/version-unsupported', { point: id, version: value.version });
  return accept(restorePointSchema, value, damaged);
}

/** The disk of a restore point. @throws input/not-found */
export function diskOf(point: RestorePoint, index: number): DiskRecord {
  const disk = point.disks.find((candidate) => candidate.index === index);
  if (disk === undefined) throw new HostkeepError('input/not-found', { point: point.id, disk: index });
  return disk;
}
