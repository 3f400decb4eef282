import { HostkeepError, requests, type TaskAccountView } from '#contract';
import { machineScheduler } from '../../scheduler/machine-scheduler.ts';
import { changeTaskAccount } from '../../scheduler/task-account.ts';
import { taskUser } from '../../state/task-account.ts';
import type { Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

export const scheduler = router({
  account: asking.input(checked(requests.none)).query(async ({ ctx }) => viewOf(ctx)),
  setAccount: doing
    .meta({ action: 'scheduler.account', subject: 'user' })
    .input(checked(requests.scheduler.account))
    .mutation(async ({ ctx, input }) => {
      const { user, password } = input;
      if (user !== null && password === null)
        throw new HostkeepError('input/invalid', { at: 'password', why: 'expected a password' });
      const machine = machineScheduler(ctx.home);
      if (machine === undefined) throw new HostkeepError('schedule/no-tasks');
      try {
        const account = user === null ? null : { user, password: password! };
        await changeTaskAccount({ home: ctx.home, now: () => ctx.now(), scheduler: machine.scheduler }, account);
      } finally {
        await machine.close();
      }
      return viewOf(ctx);
    }),
});

async function viewOf(ctx: Services): Promise<TaskAccountView> {
  const machine = machineScheduler(ctx.home);
  await machine?.close();
  return { available: machine !== undefined, user: taskUser(ctx.home.state) };
}
