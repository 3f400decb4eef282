/**
 * Notes of damage beside the packs, as small files: what lies there counts as not stored, so that the next run stores it anew, and whoever
 * reads looks for another place of it first. A note is no verdict: where there is no other place, what is noted is read all the same.
 */
import { array, nullable, object } from 'valibot';
import { count, hasCode, HostkeepError, type Schema } from '#contract';
import type { Storage } from '#engine/storage';
import { parseCheckedText, writeCheckedText } from '../checked-text.ts';
import { newDamage, type DamagedPack } from './damage.ts';

type Note = Pick<DamagedPack, 'groups'>;

const noteSchema: Schema<Note> = object({ groups: nullable(array(count)) });
const limitBytes = 4096;

function noteName(packId: string): string {
  return `damage/${packId}`;
}

/** A damaged note says that something was damaged there: all of its pack is. */
export async function listDamage(storage: Storage): Promise<readonly DamagedPack[]> {
  const notes: DamagedPack[] = [];
  for (const name of await storage.names('damage')) {
    const packId = /^damage\/([0-9a-f]{32})$/.exec(name)?.[1];
    const note = packId === undefined ? undefined : await readNote(storage, name);
    if (packId !== undefined && note !== undefined) notes.push({ packId, ...note });
  }
  return notes;
}

/** @throws HostkeepError repository/mark-damaged, storage/* */
async function parseNote(storage: Storage, name: string): Promise<Note> {
  const otherwise = { code: 'repository/mark-damaged', details: { file: name } } as const;
  return parseCheckedText(await storage.readAll(name, limitBytes), noteSchema, otherwise);
}

/** Undefined when it was taken away since it was listed. */
async function readNote(storage: Storage, name: string): Promise<Note | undefined> {
  try {
    return await parseNote(storage, name);
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return undefined;
    if (hasCode(error, 'repository/mark-damaged', 'storage/short-read')) return { groups: null };
    throw error;
  }
}

/** Adds to what is noted. False where nothing can be written: what was found is told all the same. */
export async function noteDamage(storage: Storage, found: readonly DamagedPack[]): Promise<boolean> {
  if (found.length === 0) return true;
  const known = newDamage(await listDamage(storage));
  const wanted = new Set(found.map(({ packId }) => packId));
  const all = newDamage([...known.packs(), ...found]);
  return written(async () => {
    for (const { packId, groups } of all.packs())
      if (wanted.has(packId)) await storage.replace(noteName(packId), writeCheckedText({ groups }));
  });
}

/** Takes away the notes of packs that were found sound, or are gone. */
export async function clearDamage(storage: Storage, isOver: (packId: string) => boolean): Promise<void> {
  await written(async () => {
    for (const { packId } of await listDamage(storage)) if (isOver(packId)) await storage.remove(noteName(packId));
  });
}

async function written(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!hasCode(error, 'storage/full', 'storage/denied')) throw error;
    return false;
  }
}

export async function verifyDamageNotes(
  storage: Storage,
): Promise<readonly { readonly file: string; readonly error: HostkeepError }[]> {
  const damaged: { file: string; error: HostkeepError }[] = [];
  for (const name of await storage.names('damage')) {
    try {
      await parseNote(storage, name);
    } catch (error) {
      if (!hasCode(error, 'repository/mark-damaged', 'storage/short-read')) throw error;
      damaged.push({ file: name, error: new HostkeepError('repository/mark-damaged', { file: name }) });
    }
  }
  return damaged;
}
