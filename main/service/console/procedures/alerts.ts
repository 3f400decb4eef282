import { requests } from '#contract';
import { openAlerts, seeAlert, seeAllAlerts } from '../../state/alerts.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** What needs somebody, until it was seen and has cleared. */
export const alerts = router({
  list: asking.input(checked(requests.none)).query(({ ctx }) => openAlerts(ctx.home.state)),
  /** One, or all of them. */
  seen: doing
    .meta({ action: 'alert.seen', subject: 'alert' })
    .input(checked(requests.alerts.seen))
    .mutation(({ ctx, input }) => {
      if (input.alert === null) seeAllAlerts(ctx.home.state, ctx.now());
      else seeAlert(ctx.home.state, input.alert, ctx.now());
      return openAlerts(ctx.home.state);
    }),
});
