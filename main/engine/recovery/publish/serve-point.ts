import { createHash } from 'node:crypto';
import { HostkeepError, type PublishedUnit, type RestorePoint, type PublishedTarget } from '#contract';
import type { OverlayDisk } from '#engine/blocks';
import { iscsiTarget, listen, logicalUnit, type ChapAccounts, type Listening } from '#engine/iscsi';
import { listenNbd, type NbdListening, type NbdPlace } from '#engine/nbd';
import { diskOf, type Repository } from '#engine/repository';
import { checkChap } from './chap-rules.ts';
import { checkNbdPlace, isLoopback, type ListenAddress } from './listen-address.ts';
import { overlaidDisk, type OverlayPlace } from './overlaid-disk.ts';
import { readPath } from './read-path/index.ts';

export interface ServeOptions {
  /** Lower-case letters, digits and hyphens. It is part of the target's name and of what hosts know the disks by: the same after a restart. */
  readonly id: string;
  readonly repository: Repository;
  readonly point: RestorePoint;
  /** Indexes, in the order of their logical unit numbers. */
  readonly disks: readonly number[];
  readonly overlay: OverlayPlace;
  /** Memory for what was read. */
  readonly cacheBytes: number;
  /** Where the order is kept in which a VM's boot reads; null keeps none. */
  readonly bootOrders: string | null;
  readonly listen: ListenAddress;
  /** Where NBD is served as well; null: nowhere. */
  readonly nbd: NbdPlace | null;
  readonly chap: ChapAccounts | null;
  /** Names of the initiators that may log in; null for all. */
  readonly initiators: readonly string[] | null;
  /** What failed that no initiator can be told of, and what initiators did wrong. */
  readonly onFault: (error: unknown) => void;
}

const cacheLimitBytes = 16 * 2 ** 30;

/** Disks that are being served, also to ourselves. */
export interface ServedPoint {
  readonly served: PublishedTarget;
  readonly disks: ReadonlyMap<number, OverlayDisk>;
  /** Bytes that the overlays take. */
  usedBytes(): number;
  /** Initiators that are logged in, and NBD clients. */
  sessions(): number;
  /** Ends all sessions, flushes what was written, and keeps it. */
  close(): Promise<void>;
}

/**
 * Serves a restore point's disks over iSCSI, writable, from the moment it returns.
 * @throws HostkeepError publish/*, overlay/*, repository/*, storage/*, input/not-found
 */
export async function servePoint(options: ServeOptions): Promise<ServedPoint> {
  const { id, point, listen: address } = options;
  if (options.chap === null && !isLoopback(address.address))
    throw new HostkeepError('publish/chap-required', { address: address.address });
  if (options.chap !== null) checkChap(options.chap);
  if (options.nbd !== null) checkNbdPlace(options.nbd);
  if (options.cacheBytes > cacheLimitBytes)
    throw new HostkeepError('input/invalid', { cacheBytes: options.cacheBytes, why: `at most ${cacheLimitBytes}` });
  for (const index of options.disks) diskOf(point, index);
  const disks = new Map<number, OverlayDisk>();
  const reading = readPath(options);
  const closeDisks = async (): Promise<void> => {
    try {
      await closeAll(disks);
    } finally {
      await reading.close();
    }
  };
  try {
    for (const index of options.disks)
      disks.set(index, await overlaidDisk(options, index, { ...options.overlay, base: await reading.open(index) }));
    const nbd = await serveNbd(options, disks);
    const { listening, luns, sessions } = await serveDisks(options, disks).catch(async (error: unknown) => {
      await nbd?.close();
      throw error;
    });
    return {
      served: { id, portal: listening.portal, iqn: targetNameOf(id), luns, nbd: nbd?.url ?? null },
      disks,
      sessions: () => sessions() + (nbd?.connections() ?? 0),
      usedBytes: () => [...disks.values()].reduce((sum, disk) => sum + disk.usedBytes(), 0),
      async close() {
        try {
          await Promise.all([listening.close(), nbd?.close()]);
        } finally {
          await closeDisks();
        }
      },
    };
  } catch (error) {
    await closeDisks();
    throw error;
  }
}

async function serveDisks(
  options: ServeOptions,
  disks: ReadonlyMap<number, OverlayDisk>,
): Promise<{ readonly listening: Listening; readonly luns: readonly PublishedUnit[]; readonly sessions: () => number }> {
  const targetName = targetNameOf(options.id);
  const { onFault } = options;
  const units = [...disks].map(([index, disk], lun) =>
    logicalUnit({ lun, disk, identity: { serial: serialOf(options, index), targetName }, onFault }),
  );
  const target = iscsiTarget({
    targetName,
    chap: options.chap,
    initiators: options.initiators,
    random: (bytes) => options.repository.random.bytes(bytes),
    units,
    onProtocolError: onFault,
  });
  const listening = await listen(target, { ...options.listen, onFault });
  const indexes = [...disks.keys()];
  const luns = units.map(({ lun, identity, disk }) => ({
    lun,
    disk: indexes[lun]!,
    sizeBytes: disk.sizeBytes,
    serial: identity.serial,
  }));
  return { listening, luns, sessions: () => target.sessions() };
}

function serveNbd(options: ServeOptions, disks: ReadonlyMap<number, OverlayDisk>): Promise<NbdListening> | undefined {
  if (options.nbd === null) return undefined;
  const exported = new Map([...disks].map(([index, disk]) => [`disk${index}`, disk]));
  return listenNbd(options.nbd, { exported, onFault: options.onFault });
}

/** `.local` belongs to nobody, as this name does. */
function targetNameOf(id: string): string {
  return `iqn.2026-01.local.hostkeep:${id}`;
}

function serialOf({ id, repository, point }: ServeOptions, index: number): string {
  return createHash('sha256')
    .update([id, repository.id, point.id, String(index)].join('/'))
    .digest('hex')
    .slice(0, 16);
}

/** Every one, also where one fails. */
async function closeAll(disks: ReadonlyMap<number, OverlayDisk>): Promise<void> {
  const ends = await Promise.allSettled([...disks.values()].map((disk) => disk.close()));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
