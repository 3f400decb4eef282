import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RestorePoint } from '#contract';
import { openOverlay, overlayFolder, removeEmpty, removeOverlay, type BlockSource, type OverlayDisk } from '#engine/blocks';
import { diskOf, type Repository } from '#engine/repository';
import { openPointDisk } from '../point-disk.ts';

/** Where what was written over a restore point's disks lies, and how much of it there may be. */
export interface OverlayPlace {
  /** Each disk has a folder of its own in it. */
  readonly folder: string;
  readonly limitBytes: number;
}

/**
 * A disk of a restore point with what was written over it, as the same publication left it; nothing at first. One process at a time
 * may have it open: the caller sees to that. The restore point never changes.
 * @throws HostkeepError overlay/damaged, overlay/foreign, overlay/failed, repository/*, storage/*
 */
export async function openOverlaidDisk(
  of: { readonly repository: Repository; readonly point: RestorePoint },
  index: number,
  place: OverlayPlace,
): Promise<OverlayDisk> {
  return overlaidDisk(of, index, { ...place, base: await openPointDisk(of.repository, of.point, index) });
}

/** The same over a source that is open already. */
export async function overlaidDisk(
  of: { readonly repository: Repository; readonly point: RestorePoint },
  index: number,
  place: OverlayPlace & { readonly base: BlockSource },
): Promise<OverlayDisk> {
  const files = await overlayFolder(folderOf(place.folder, index));
  return openOverlay(place.base, { files, identity: identityOf(of, index), limitBytes: place.limitBytes });
}

/** Only what we have made: the folder may be one of the user's, with other things in it. @throws HostkeepError overlay/failed */
export async function removeOverlays(folder: string, disks: readonly number[]): Promise<void> {
  for (const index of disks) await removeOverlay(folderOf(folder, index));
  await removeEmpty(folder);
}

function folderOf(folder: string, index: number): string {
  return join(folder, `disk${index}`);
}

/** Names the content below an overlay: over other content it would be nonsense. */
function identityOf(of: { readonly repository: Repository; readonly point: RestorePoint }, index: number): Uint8Array {
  const text = [of.repository.id, of.point.id, String(index), diskOf(of.point, index).map].join('/');
  return createHash('sha256').update(text).digest();
}
