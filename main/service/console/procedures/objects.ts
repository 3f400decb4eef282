import { requests } from '#contract';
import { describeObject, findSet, listEvents, listHiveKey, objectFile, type ObjectFile } from '#engine/recovery/objects';
import type { Services } from '../services.ts';
import { asking, checked, router } from '../trpc.ts';

interface Named {
  readonly repository: string;
  readonly point: string;
  readonly path: string;
}

async function fileOf(ctx: Services, { repository, point, path }: Named): Promise<ObjectFile> {
  const { volumes } = await ctx.points.use(repository, point);
  return objectFile(volumes, path);
}

/** Objects inside guests' files: registry hives, event logs, databases by their headers. */
export const objects = router({
  show: asking.input(checked(requests.objects.one)).query(async ({ ctx, input }) => describeObject(await fileOf(ctx, input))),
  /** The files that only serve together with this one. */
  set: asking
    .input(checked(requests.objects.one))
    .query(async ({ ctx, input }) => findSet({ file: await fileOf(ctx, input), also: [] })),
  keys: asking
    .input(checked(requests.objects.keys))
    .query(async ({ ctx, input, signal }) =>
      listHiveKey(await fileOf(ctx, input), { key: input.key, limit: input.limit, ...(signal === undefined ? {} : { signal }) }),
    ),
  events: asking.input(checked(requests.objects.events)).query(async ({ ctx, input, signal }) => {
    const { since, ids, level, count, xml } = input;
    return listEvents(await fileOf(ctx, input), { since, ids, level, count, xml, signal: signal ?? endless });
  }),
});

const endless = new AbortController().signal;
