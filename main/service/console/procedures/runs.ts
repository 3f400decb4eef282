import { againBy, requests, HostkeepError, type RunId } from '#contract';
import { listRunViews, runDetail } from '../../state/run-views.ts';
import { inTransaction } from '../../state/in-transaction.ts';
import { readRequest, requestCancel } from '../../state/run-control.ts';
import { runningOfSeries, seriesOf } from '../../state/series.ts';
import { knownRepository } from '../../state/repositories.ts';
import { asking, checked, doing, router } from '../trpc.ts';

export const runs = router({
  list: asking.input(checked(requests.runs.list)).query(({ ctx, input }) => {
    ctx.sweepRuns();
    return listRunViews(ctx.home.state, input);
  }),
  get: asking.input(checked(requests.runs.one)).query(({ ctx, input }) => {
    ctx.sweepRuns();
    return runDetail(ctx.home.state, input.run);
  }),
  cancel: doing
    .meta({ action: 'run.cancel', subject: 'run' })
    .input(checked(requests.runs.cancel))
    .mutation(({ ctx, input: { run, series } }) => {
      const { state } = ctx.home;
      const first = series ? seriesOf(state, run) : null;
      const runs = first === null ? [run] : runningOfSeries(state, first);
      if (runs.length === 0) throw new HostkeepError('run/ended', { run });
      inTransaction(state, () => runs.forEach((one) => requestCancel(state, one)));
      return { run };
    }),
  /** The same again, as a new run. */
  retry: doing
    .meta({ action: 'run.retry', subject: 'run' })
    .input(checked(requests.runs.one))
    .mutation(async ({ ctx, input }): Promise<{ readonly run: RunId }> => {
      const { run } = runDetail(ctx.home.state, input.run);
      const request = readRequest(ctx.home.state, input.run);
      const again = request === null ? 'not' : againBy(request);
      if (request === null || again === 'not')
        throw new HostkeepError('input/invalid', { run: input.run, why: 'it cannot be run again from here: repeat its command' });
      // A job or a drill opens its repository itself.
      const needed = again === 'by-schedule' || run.repository === '' ? null : run.repository;
      const repository = needed === null ? null : knownRepository(ctx.home.state, needed);
      // The repository's folder is added again, from where it lies today.
      const command = request.command.at(-2) === '--repo' ? request.command.slice(0, -2) : request.command;
      return {
        run: await ctx.start({
          kind: run.kind,
          repository: repository?.id ?? null,
          subjects: run.vms,
          command,
          lines: request.lines,
        }),
      };
    }),
});
