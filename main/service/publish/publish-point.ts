import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HostkeepError, type RestorePoint, type RunId, type PublishedTarget } from '#contract';
import { servePoint, type ListenAddress, type ServedPoint, type ServeOptions } from '#engine/recovery';
import { thisProcess, type Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import { systemClock } from '../repositories.ts';
import { stateName, unlessAway } from '../state/database.ts';
import {
  claimPublication,
  endPublication,
  findPublication,
  isStopRequested,
  tellServed,
  tellUse,
} from '../state/publications.ts';
import { forgetPublication } from './end-publication.ts';
import { keepPoint } from './keep-point.ts';

export interface PublishWish {
  /** Null: one that belongs to the restore point, so that publishing it again goes on where it was. */
  readonly id: string | null;
  readonly disks: readonly number[];
  readonly listen: ListenAddress;
  readonly nbd: ServeOptions['nbd'];
  readonly chap: ServeOptions['chap'];
  readonly initiators: readonly string[] | null;
  readonly overlayLimitBytes: number;
  /** Memory for what was read. */
  readonly cacheBytes: number;
  /** Where the overlays are kept; null: in the home. */
  readonly overlayFolder: string | null;
}

interface Publishing {
  readonly home: Home;
  readonly repository: Repository;
  readonly repositoryFolder: string;
  readonly point: RestorePoint;
  readonly run: RunId;
  /** Ends the publication in order when it aborts. */
  readonly signal: AbortSignal;
  readonly onServing: (served: PublishedTarget, publication: ServedPoint) => void | Promise<void>;
  readonly onFault: (error: unknown) => void;
}

export interface PublicationEnd {
  readonly id: string;
  readonly usedBytes: number;
}

const lookEveryMs = 250;
const idForm = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The name that belongs to a restore point. */
export function usualPublicationId(repository: string, point: string): string {
  return createHash('sha256').update(`${repository}/${point}`).digest('hex').slice(0, 12);
}

/**
 * Publishes a restore point until somebody asks for its end: by the signal, or through the state database. What was written is kept
 * until it is discarded. @throws HostkeepError publish/*, overlay/*, repository/*, storage/*, input/*
 */
export async function publishRestorePoint(of: Publishing, wish: PublishWish): Promise<PublicationEnd> {
  const { home, repository, point } = of;
  const id = wish.id ?? usualPublicationId(repository.id, point.id);
  if (!idForm.test(id))
    throw new HostkeepError('input/invalid', { id, why: 'lower-case letters, digits and hyphens, at most 40' });
  const claimed = claimPublication(
    home.state,
    {
      id,
      repository: repository.id,
      repositoryFolder: of.repositoryFolder,
      point: point.id,
      vm: point.vm,
      run: of.run,
      startedAt: systemClock.now(),
      definition: {
        disks: wish.disks,
        overlayFolder: wish.overlayFolder ?? join(home.path, 'publications', id),
        overlayLimitBytes: wish.overlayLimitBytes,
        chapUser: wish.chap?.initiator.user ?? null,
        mutualChap: wish.chap !== null && wish.chap.target !== null,
        initiators: wish.initiators,
      },
    },
    thisProcess(),
  );
  const { overlayFolder } = claimed.definition;
  const isNew = !existsSync(overlayFolder);
  try {
    await keepPoint({ storage: repository.storage, point: point.id, publication: id }, systemClock);
    const overlay = { folder: overlayFolder, limitBytes: wish.overlayLimitBytes };
    const publication = await servePoint({
      ...wish,
      id,
      repository,
      point,
      overlay,
      bootOrders: join(home.path, 'boot-orders'),
      onFault: of.onFault,
    });
    return await serveUntilStopped(of, publication);
  } catch (error) {
    if (isNew && findPublication(home.state, id)?.served === null) await forgetPublication(home.state, id, repository.storage);
    throw error;
  } finally {
    endPublication(home.state, id);
  }
}

async function serveUntilStopped(of: Publishing, publication: ServedPoint): Promise<PublicationEnd> {
  const { state } = of.home;
  const { served } = publication;
  let told = -1;
  const look = (): void => {
    const use = { usedBytes: publication.usedBytes(), sessions: publication.sessions() };
    if (use.usedBytes + use.sessions !== told) tellUse(state, served.id, use);
    told = use.usedBytes + use.sessions;
  };
  const isHomeThere = (): boolean => existsSync(join(of.home.path, stateName));
  try {
    tellServed(state, served);
    await of.onServing(served, publication);
    await new Promise<void>((resolve, reject) => {
      const timer = setInterval(() => {
        try {
          // Nobody could see or stop a publisher that is in no state database.
          if (!isHomeThere()) throw new HostkeepError('publish/home-gone', { home: of.home.path });
          unlessAway(look);
          if (of.signal.aborted) end();
          unlessAway(() => {
            if (isStopRequested(state, served.id)) end();
          });
        } catch (error) {
          clearInterval(timer);
          reject(error);
        }
      }, lookEveryMs);
      const end = (): void => {
        clearInterval(timer);
        resolve();
      };
      if (of.signal.aborted) end();
      else of.signal.addEventListener('abort', end, { once: true });
    });
  } finally {
    await publication.close();
    if (isHomeThere()) look();
  }
  return { id: served.id, usedBytes: publication.usedBytes() };
}
