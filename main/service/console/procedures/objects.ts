import { requests } from '#contract';
import { describeObject, findSet, listEvents, listHiveKey, objectFile, type ObjectFile } from '#engine/recovery/objects';
import type { Services } from '../services.ts';
import { asking, checked, router } from '../trpc.ts';

interface Named {
  readonly repository: string;
  readonly point: string;
  readonly path: string;
}

function withFile<Result>(
  ctx: Services,
  { repository, point, path }: Named,
  act: (file: ObjectFile) => Promise<Result>,
): Promise<Result> {
  return ctx.points.use(repository, point, async ({ volumes }) => act(await objectFile(volumes, path)));
}

/** Objects inside guests' files: registry hives, event logs, databases by their headers. */
export const objects = router({
  show: asking.input(checked(requests.objects.one)).query(({ ctx, input }) => withFile(ctx, input, describeObject)),
  /** The files that only serve together with this one. */
  set: asking
    .input(checked(requests.objects.one))
    .query(({ ctx, input }) => withFile(ctx, input, (file) => findSet({ file, also: [] }))),
  keys: asking
    .input(checked(requests.objects.keys))
    .query(({ ctx, input, signal }) =>
      withFile(ctx, input, (file) =>
        listHiveKey(file, { key: input.key, limit: input.limit, ...(signal === undefined ? {} : { signal }) }),
      ),
    ),
  events: asking.input(checked(requests.objects.events)).query(({ ctx, input, signal }) => {
    const { since, ids, level, count, xml } = input;
    return withFile(ctx, input, (file) => listEvents(file, { since, ids, level, count, xml, signal: signal ?? endless }));
  }),
});

const endless = new AbortController().signal;
