import { join } from 'node:path';
import { requests } from '#contract';
import { listAlerts } from '../../state/alerts.ts';
import { listDeeds } from '../../state/activity.ts';
import { listRunViews, runDetail } from '../../state/run-views.ts';
import { writeSupportBundle, type BundlePart } from '../../support/support-bundle.ts';
import { fullPath } from '../full-path.ts';
import { shownSettings } from '../transfer.ts';
import type { Services } from '../services.ts';
import { checked, doing, router } from '../trpc.ts';

const bundledRuns = 40;

export const support = router({
  bundle: doing
    .meta({ action: 'support.bundle', subject: 'to' })
    .input(checked(requests.support.bundle))
    .mutation(({ ctx, input }) =>
      writeSupportBundle({
        to: fullPath(input.to),
        now: ctx.now(),
        version: ctx.options.version,
        parts: partsOf(ctx),
        logs: [join(ctx.home.path, 'logs'), ...(ctx.options.logs ?? [])],
        secrets: ctx.vault.held(),
      }),
    ),
});

function partsOf(ctx: Services): readonly BundlePart[] {
  const { state } = ctx.home;
  const json = (name: string, value: unknown): BundlePart => ({ name, text: JSON.stringify(value, null, 2) });
  const runs = listRunViews(state, { limit: bundledRuns, before: null });
  return [
    { name: 'settings.json', text: shownSettings(ctx) },
    json(
      'runs.json',
      runs.map((run) => runDetail(state, run.id)),
    ),
    json('alerts.json', listAlerts(state, { since: 0, limit: 200 })),
    json('activity.json', listDeeds(state, 500)),
  ];
}
