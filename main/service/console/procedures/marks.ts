import { HostkeepError, requests, type DroppedView, type MarksView } from '#contract';
import {
  acquireLock,
  listDrops,
  listPins,
  pinPoint,
  readPoint,
  undeletePoint,
  unpinPoint,
  type DroppedPoint,
  type Repository,
} from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { rememberPin } from '../../state/points.ts';
import { knownRepository } from '../../state/repositories.ts';
import { syncRepository, type Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** What is pinned, and what was dropped and can still come back. Marks are no secret: reading them needs no key. */
export const marks = router({
  list: asking.input(checked(requests.repositories.one)).query(({ ctx, input }) => marksOf(ctx, input.repository)),
  /** Which they are needs the key. */
  dropped: asking.input(checked(requests.repositories.one)).query(({ ctx, input }) =>
    ctx.searching.use(input.repository, async ({ repository }): Promise<readonly DroppedView[]> => {
      const drops = (await listDrops(repository.storage)).toSorted((a, b) => b.at - a.at).slice(0, mostDropped);
      return Promise.all(drops.map((drop) => droppedView(repository, drop)));
    }),
  ),
  pin: doing
    .meta({ action: 'point.pin', subject: 'point' })
    .input(checked(requests.points.pin))
    .mutation(({ ctx, input }) =>
      ctx.withRepository(input.repository, async ({ storage }) => {
        const { point, why } = input;
        if (input.pinned) await pinPoint(storage, { point, at: ctx.now(), why });
        else await unpinPoint(storage, point);
        rememberPin(ctx.home.state, { repository: input.repository, point }, input.pinned ? why : null);
        return marksOf(ctx, input.repository);
      }),
    ),
  undelete: doing
    .meta({ action: 'point.undelete', subject: 'point' })
    .input(checked(requests.points.one))
    .mutation(({ ctx, input }) =>
      ctx.withRepository(input.repository, async (repository) => {
        // A compact lets dropped points go; none begins now.
        const lock = await acquireLock(repository, 'shared', 'undelete');
        try {
          await undeletePoint(repository.storage, input.point);
        } finally {
          await lock.release();
        }
        await syncRepository(ctx, repository);
        return marksOf(ctx, input.repository);
      }),
    ),
});

const mostDropped = 200;

/** One that cannot be read can be brought back all the same: a check says what it lacks. */
async function droppedView(repository: Repository, { point, until, by }: DroppedPoint): Promise<DroppedView> {
  const mark = { point, until, by };
  try {
    const { vm, time } = await readPoint(repository, point);
    return { ...mark, vm, time };
  } catch (error) {
    if (error instanceof HostkeepError) return { ...mark, vm: null, time: null };
    throw error;
  }
}

async function marksOf(ctx: Services, repository: string): Promise<MarksView> {
  const storage = folderStorage(knownRepository(ctx.home.state, repository).folder);
  try {
    return { pins: await listPins(storage), drops: await listDrops(storage) };
  } finally {
    await storage.close();
  }
}
