import { requests } from '#contract';
import { parseGuestPath } from '#engine/recovery';
import { previewFile } from '#engine/recovery/preview';
import { changesOf, findFiles, historyOf } from '#engine/recovery/search';
import { listFolder } from '../browse.ts';
import { asking, checked, doing, router } from '../trpc.ts';
import { knownRepository } from '../../state/repositories.ts';

/** What is in guests: browsed, previewed, searched. A search lists no files anew: it tells which restore points were not searched. */
export const files = router({
  list: asking
    .input(checked(requests.files.list))
    .query(({ ctx, input }) => ctx.points.use(input.repository, input.point, ({ volumes }) => listFolder(volumes, input))),
  preview: asking
    .input(checked(requests.files.one))
    .query(({ ctx, input }) =>
      ctx.points.use(input.repository, input.point, async ({ volumes }) =>
        previewFile(await volumes.find(parseGuestPath(input.path)), { imageBytes: 4 * 1024 * 1024 }),
      ),
    ),
  search: asking.input(checked(requests.files.search)).query(({ ctx, input, signal }) =>
    ctx.searching.use(input.repository, ({ repository, views }) => {
      const { pattern, vm, since, limit } = input;
      return findFiles(repository, { pattern, vm, since, limit, views, catalogue: false, signal: signal ?? endless });
    }),
  ),
  history: asking
    .input(checked(requests.files.one))
    .query(({ ctx, input, signal }) =>
      ctx.points.use(input.repository, input.point, ({ repository, point }) =>
        historyOf(repository, { point, path: input.path, catalogue: false, signal: signal ?? endless }),
      ),
    ),
  /** Lists the point's files first where nobody did. */
  big: asking
    .input(checked(requests.files.big))
    .query(({ ctx, input, signal }) =>
      ctx.points.use(input.repository, input.point, ({ repository, point }) =>
        changesOf(repository, point, { limit: input.limit, signal: signal ?? endless }),
      ),
    ),
  /** Lists the files of restore points as a run of its own. */
  catalog: doing
    .meta({ action: 'files.catalog', subject: 'repository' })
    .input(checked(requests.files.catalog))
    .mutation(async ({ ctx, input }) => {
      const known = knownRepository(ctx.home.state, input.repository);
      const command = ['catalog', ...(input.points ?? [])];
      return { run: await ctx.start({ kind: 'catalog', repository: known.id, subjects: [known.name], command }) };
    }),
});

const endless = new AbortController().signal;
