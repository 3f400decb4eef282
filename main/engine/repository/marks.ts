/**
 * Marks on restore points, as small files beside them. A dropped point is whole until its grace is over: taking the mark away brings
 * it back, and needs no space. A pinned point is dropped by nobody.
 */
import { object, string } from 'valibot';
import { count, hasCode, HostkeepError, type PointId, type Schema } from '#contract';
import type { Storage } from '#engine/storage';
import { removeEvidence } from './evidence-files.ts';
import { parseCheckedText, writeCheckedText } from './checked-text.ts';
import { spendReserve } from './reserve.ts';

export interface DroppedPoint {
  readonly point: PointId;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** When it may go for good. */
  readonly until: number;
  /** Whose policy dropped it. */
  readonly by: string;
}

export interface PinnedPoint {
  readonly point: PointId;
  readonly at: number;
  readonly why: string;
}

type MarkKind = 'drops' | 'pins';

const dropSchema: Schema<Omit<DroppedPoint, 'point'>> = object({ at: count, until: count, by: string() });
const pinSchema: Schema<Omit<PinnedPoint, 'point'>> = object({ at: count, why: string() });
const limitBytes = 4096;

/**
 * Phase one: the point is out of every list, and nothing of it is gone. On a full disk the reserve is spent. Gives when it may go for
 * good: one that is dropped already keeps its first grace.
 */
export async function dropPoint(storage: Storage, { point, ...mark }: DroppedPoint): Promise<number> {
  const write = (): Promise<void> => storage.write(nameOf('drops', point), writeCheckedText({ ...mark }));
  try {
    await write();
  } catch (error) {
    if (hasCode(error, 'storage/exists')) {
      const first = (await listDrops(storage)).find((dropped) => dropped.point === point);
      if (first !== undefined) return first.until;
      // A damaged mark drops nothing: it gives way to this one.
      await storage.replace(nameOf('drops', point), writeCheckedText({ ...mark }));
      return mark.until;
    }
    if (!hasCode(error, 'storage/full') || !(await spendReserve(storage))) throw error;
    await write();
  }
  return mark.until;
}

/** @throws HostkeepError input/not-found when it is not dropped, retention/grace-over when it is gone */
export async function undeletePoint(storage: Storage, point: PointId): Promise<void> {
  const name = nameOf('drops', point);
  if ((await stat(storage, name)) === undefined) throw new HostkeepError('input/not-found', { dropped: point });
  if ((await stat(storage, `points/${point}.point`)) === undefined) throw new HostkeepError('retention/grace-over', { point });
  await storage.remove(name);
}

/** For a point that has gone at once: there is nothing left to bring back. */
export async function removeDrop(storage: Storage, point: PointId): Promise<void> {
  await storage.remove(nameOf('drops', point));
}

export async function pinPoint(storage: Storage, { point, ...mark }: PinnedPoint): Promise<void> {
  if ((await stat(storage, `points/${point}.point`)) === undefined) throw new HostkeepError('input/not-found', { point });
  await storage.replace(nameOf('pins', point), writeCheckedText({ ...mark }));
  await storage.remove(nameOf('drops', point));
}

export async function unpinPoint(storage: Storage, point: PointId): Promise<void> {
  await storage.remove(nameOf('pins', point));
}

export async function listDrops(storage: Storage): Promise<readonly DroppedPoint[]> {
  return (await readMarks(storage, 'drops', dropSchema)).flatMap(({ point, mark }) =>
    mark === undefined ? [] : { ...mark, point },
  );
}

/** A damaged pin is a pin. */
export async function listPins(storage: Storage): Promise<readonly PinnedPoint[]> {
  const marks = await readMarks(storage, 'pins', pinSchema);
  return marks.map(({ point, mark }) => ({ point, ...(mark ?? { at: 0, why: 'the mark is damaged' }) }));
}

/** Ids of points that are dropped; a damaged mark drops nothing. */
export async function droppedIds(storage: Storage): Promise<readonly PointId[]> {
  return (await listDrops(storage)).map((dropped) => dropped.point);
}

/** What phase two would remove now: dropped, past its grace, and pinned by nobody. */
export async function expiredIds(storage: Storage, now: number): Promise<readonly PointId[]> {
  const pinned = new Set((await listPins(storage)).map((pin) => pin.point));
  return (await listDrops(storage))
    .filter((dropped) => dropped.until <= now && !pinned.has(dropped.point))
    .map((dropped) => dropped.point);
}

/**
 * Phase two: points whose grace is over go for good, the manifest before its mark. The caller holds the exclusive lock, so that
 * nobody brings one back meanwhile.
 */
export async function removeExpired(storage: Storage, now: number): Promise<readonly PointId[]> {
  const expired = await expiredIds(storage, now);
  for (const point of expired) {
    await storage.remove(`points/${point}.point`);
    await removeEvidence(storage, point);
    await storage.remove(nameOf('drops', point));
  }
  return expired;
}

export async function verifyMarks(
  storage: Storage,
): Promise<readonly { readonly file: string; readonly error: HostkeepError }[]> {
  const all = [...(await readMarks(storage, 'drops', dropSchema)), ...(await readMarks(storage, 'pins', pinSchema))];
  return all.flatMap(({ file, mark }) =>
    mark === undefined ? [{ file, error: new HostkeepError('repository/mark-damaged', { file }) }] : [],
  );
}

function nameOf(kind: MarkKind, point: PointId): string {
  return `${kind}/${point}`;
}

interface Mark<Value> {
  readonly file: string;
  readonly point: PointId;
  /** Undefined when the file is damaged. */
  readonly mark: Value | undefined;
}

async function readMarks<Value>(storage: Storage, kind: MarkKind, schema: Schema<Value>): Promise<readonly Mark<Value>[]> {
  const marks: Mark<Value>[] = [];
  for (const name of await storage.names(kind)) {
    const point = name.slice(kind.length + 1);
    if (!/^[0-9a-f]{16}$/.test(point)) continue;
    try {
      const otherwise = { code: 'repository/mark-damaged', details: { file: name } } as const;
      marks.push({ file: name, point, mark: parseCheckedText(await storage.readAll(name, limitBytes), schema, otherwise) });
    } catch (error) {
      if (hasCode(error, 'storage/not-found')) continue; // taken away since it was listed
      if (!hasCode(error, 'repository/mark-damaged', 'storage/short-read')) throw error;
      marks.push({ file: name, point, mark: undefined });
    }
  }
  return marks;
}

async function stat(storage: Storage, name: string): Promise<true | undefined> {
  try {
    await storage.stat(name);
    return true;
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return undefined;
    throw error;
  }
}
