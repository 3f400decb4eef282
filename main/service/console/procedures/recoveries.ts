import { HostkeepError, requests, type RecoveryLook, type RecoveryView } from '#contract';
import { pngOf } from '#engine/recovery';
import { rememberedPoint } from '../../state/points.ts';
import { listRecoveries, recoveryOf } from '../../state/recoveries.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** VMs that run from the backup storage. What is done with one is a run, whose steps are the conversation. */
export const recoveries = router({
  list: asking.input(checked(requests.none)).query(({ ctx }): readonly RecoveryView[] => listRecoveries(ctx.home.state)),
  get: asking
    .input(checked(requests.recoveries.one))
    .query(({ ctx, input }): RecoveryView => recoveryOf(ctx.home.state, input.recovery)),
  /** Asked of the host itself, which may be slow: never with the list. */
  look: asking.input(checked(requests.recoveries.look)).query(({ ctx, input }): Promise<RecoveryLook> => {
    const { id, host } = recoveryOf(ctx.home.state, input.recovery);
    return ctx.hosts.with(host, async ({ recoverer }) => {
      const { state, heartbeat, uptimeMs, picture } = await recoverer.look(id, input.picture);
      return { vmState: state, heartbeat, uptimeMs, picture: picture === null ? null : pngOf(picture).toString('base64') };
    });
  }),
  start: doing
    .meta({ action: 'point.recover', subject: 'point' })
    .input(checked(requests.recoveries.start))
    .mutation(async ({ ctx, input }) => {
      const point = rememberedPoint(ctx.home.state, input.repository, input.point);
      if (point === undefined) throw new HostkeepError('input/not-found', { point: input.point });
      const command = [
        'recover',
        'start',
        input.point,
        '--host',
        input.host,
        '--folder',
        input.folder,
        ...(input.vmName === null ? [] : ['--name', input.vmName]),
        ...(input.switch === null ? [] : ['--switch', input.switch]),
        ...(input.listen === null ? [] : ['--listen', input.listen]),
        ...(input.rebuild ? ['--rebuild'] : []),
      ];
      return { run: await ctx.start({ kind: 'recover', repository: input.repository, subjects: [point.vm], command }) };
    }),
  finalise: doing
    .meta({ action: 'recovery.finalise', subject: 'recovery' })
    .input(checked(requests.recoveries.finalise))
    .mutation(async ({ ctx, input }) => {
      const { id, repository, vm } = recoveryOf(ctx.home.state, input.recovery);
      const command = ['recover', 'finalise', id, ...(input.turnOff ? ['--turn-off'] : [])];
      return { run: await ctx.start({ kind: 'recover', repository, subjects: [vm], command }) };
    }),
  /** Serves its disks again whose publisher has died. */
  resume: doing
    .meta({ action: 'recovery.resume', subject: 'recovery' })
    .input(checked(requests.recoveries.one))
    .mutation(async ({ ctx, input }) => {
      const { id, repository, vm } = recoveryOf(ctx.home.state, input.recovery);
      return { run: await ctx.start({ kind: 'recover', repository, subjects: [vm], command: ['recover', 'resume', id] }) };
    }),
  discard: doing
    .meta({ action: 'recovery.discard', subject: 'recovery' })
    .input(checked(requests.recoveries.one))
    .mutation(async ({ ctx, input }) => {
      const { id, vm } = recoveryOf(ctx.home.state, input.recovery);
      return { run: await ctx.start({ kind: 'recover', repository: null, subjects: [vm], command: ['recover', 'discard', id] }) };
    }),
});
