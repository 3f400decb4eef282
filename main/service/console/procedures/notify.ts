import { requests } from '#contract';
import {
  deliverNotices,
  everywhere,
  mailSecret,
  putOut,
  readNotifySettings,
  testNotice,
  webhookSecret,
  writeNotifySettings,
} from '../../notify/index.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** Mail, webhooks and the event log. Passwords and keys go in and never come out. */
export const notify = router({
  get: asking.input(checked(requests.none)).query(({ ctx }) => readNotifySettings(ctx.home.state)),
  set: doing
    .meta({ action: 'notify.change' })
    .input(checked(requests.notify.set))
    .mutation(({ ctx, input }) => writeNotifySettings(ctx.home.state, input)),
  secret: doing
    .meta({ action: 'notify.secret', subject: 'of' })
    .input(checked(requests.notify.secret))
    .mutation(async ({ ctx, input }) => {
      await ctx.home.secrets.set(input.of === 'mail' ? mailSecret : webhookSecret(input.of), input.secret);
      return { of: input.of };
    }),
  test: doing
    .meta({ action: 'notify.test' })
    .input(checked(requests.none))
    .mutation(async ({ ctx }) => {
      putOut(ctx.home, testNotice, everywhere, ctx.now());
      return deliverNotices({ home: ctx.home, now: () => ctx.now() });
    }),
});
