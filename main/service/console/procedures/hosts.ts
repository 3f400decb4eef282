import { fromErrorData, requests, type HostCheckView, type HostForm, type HostView } from '#contract';
import { setFault, clearFaults } from '#lab';
import { forgetVms, seenVms } from '../../state/inventory.ts';
import type { NewHost } from '../../hosts.ts';
import { cleanLeftOver, leftOver } from '../../left-over.ts';
import type { Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

export const hosts = router({
  list: asking.input(checked(requests.none)).query(({ ctx }) => hostViews(ctx)),
  tryOut: doing
    .meta({ action: 'host.try', subject: 'name' })
    .input(checked(requests.hosts.form))
    .mutation(({ ctx, input }) => ctx.home.hosts.tryOut(newHost(input), input.password)),
  add: doing
    .meta({ action: 'host.add', subject: 'name' })
    .input(checked(requests.hosts.form))
    .mutation(async ({ ctx, input }) => {
      await ctx.home.hosts.add(newHost(input), input.password);
      return { host: input.name };
    }),
  remove: doing
    .meta({ action: 'host.remove', subject: 'host' })
    .input(checked(requests.hosts.one))
    .mutation(async ({ ctx, input }) => {
      await ctx.home.hosts.remove(input.host);
      forgetVms(ctx.home.state, input.host);
      return { host: input.host };
    }),
  refresh: doing.input(checked(requests.hosts.one)).mutation(async ({ ctx, input }) => {
    await ctx.hosts.refresh(input.host);
    return { host: input.host };
  }),
  check: asking.input(checked(requests.hosts.one)).query(({ ctx, input }) => checkHost(ctx, input.host)),
  clean: doing
    .meta({ action: 'host.clean', subject: 'host' })
    .input(checked(requests.hosts.one))
    .mutation(async ({ ctx, input }) => {
      const { kept } = await ctx.hosts.with(input.host, async ({ hypervisor }) =>
        cleanLeftOver(hypervisor, await leftOver(hypervisor, ctx.home)),
      );
      if (kept[0] !== undefined) throw fromErrorData(kept[0].error);
      return checkHost(ctx, input.host);
    }),
});

export const lab = router({
  create: doing
    .meta({ action: 'lab.create' })
    .input(checked(requests.none))
    .mutation(async ({ ctx }) => ({
      run: await ctx.start({ kind: 'lab', repository: null, subjects: ['lab'], command: ['lab', 'create'] }),
    })),
  passDays: doing
    .meta({ action: 'lab.pass-days' })
    .input(checked(requests.lab.passDays))
    .mutation(async ({ ctx, input }) => ({
      run: await ctx.start({
        kind: 'lab',
        repository: null,
        subjects: ['lab'],
        command: ['lab', 'pass-day', '--days', String(input.days)],
      }),
    })),
  fault: doing
    .meta({ action: 'lab.fault', subject: 'kind' })
    .input(checked(requests.lab.fault))
    .mutation(async ({ ctx, input }) => {
      await setFault(ctx.home.path, { ...input, times: 1 });
      return { kind: input.kind };
    }),
  clearFaults: doing
    .meta({ action: 'lab.clear-faults' })
    .input(checked(requests.none))
    .mutation(async ({ ctx }) => {
      await clearFaults(ctx.home.path);
      return { cleared: true };
    }),
});

export function hostViews(ctx: Services): readonly HostView[] {
  const vms = seenVms(ctx.home.state);
  const of = (name: string) => vms.filter((vm) => vm.host === name && vm.state !== 'gone');
  const seenAt = (name: string): number | null => of(name)[0]?.seenAt ?? null;
  ctx.hosts.refreshOld((host) => seenAt(host.name));
  return ctx.home.hosts.list().map((host) => ({
    name: host.name,
    kind: host.kind,
    address: host.address,
    user: host.user,
    path: host.path,
    seenAt: seenAt(host.name),
    vms: of(host.name).length,
    error: ctx.hosts.errorOf(host.name),
  }));
}

async function checkHost(ctx: Services, name: string): Promise<HostCheckView> {
  return ctx.hosts.with(name, async ({ hypervisor }) => {
    const checks = await hypervisor.preflight();
    const left = await leftOver(hypervisor, ctx.home);
    return { checks, residue: left.map(({ kind, vm, run }) => ({ kind, vm, run })) };
  });
}

function newHost({ password: _kept, ...host }: HostForm): NewHost {
  return host;
}
