import { HostkeepError, requests, type Drill, type DrillReport } from '#contract';
import { listDrillRecords } from '../../drill/list-records.ts';
import { findDrill, listDrills } from '../../state/drills.ts';
import { startDetached } from '../../start-run.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** Restore drills: what there is, what they saw, and a start by hand. They are made and deleted by command. */
export const drills = router({
  list: asking.input(checked(requests.none)).query(({ ctx }): readonly Drill[] => listDrills(ctx.home.state)),
  records: asking
    .input(checked(requests.none))
    .query(({ ctx }): Promise<readonly DrillReport['record'][]> => listDrillRecords(ctx.home.path)),
  run: doing
    .meta({ action: 'drill.run', subject: 'drill' })
    .input(checked(requests.drills.one))
    .mutation(async ({ ctx, input }) => {
      const found = findDrill(ctx.home.state, input.drill);
      if (found === undefined) throw new HostkeepError('input/not-found', { drill: input.drill });
      await startDetached({ home: ctx.home.path, program: ctx.options.program, command: ['job', 'run', found.id] });
      return { drill: found.id };
    }),
});
