import { requests } from '#contract';
import { exportSettings, importSettings } from '../transfer.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** Settings, hosts, repositories and jobs from one console to another; no secrets. */
export const transfer = router({
  export: asking.input(checked(requests.none)).query(({ ctx }) => ({ text: exportSettings(ctx) })),
  import: doing
    .meta({ action: 'settings.import' })
    .input(checked(requests.transfer.import))
    .mutation(({ ctx, input }) => importSettings(ctx, input.text)),
});
