import { HostkeepError, requests, type CheckView } from '#contract';
import { guestCredentials } from '../../guest-credentials.ts';
import { seenVms, type SeenVm } from '../../state/inventory.ts';
import type { Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** Who signs in to the guest of a VM. A password goes in and never comes out again. */
export const guests = router({
  account: asking.input(checked(requests.vms.one)).query(async ({ ctx, input }): Promise<{ readonly user: string | null }> => {
    const kept = await guestCredentials(ctx.home.secrets).get(known(ctx, input).id);
    return { user: kept?.user ?? null };
  }),
  /** Signs in now; what the guest answers is what its check would say. */
  tryOut: doing
    .meta({ action: 'vm.credential-try', subject: 'vm' })
    .input(checked(requests.vms.tryGuest))
    .mutation(({ ctx, input }): Promise<readonly CheckView[]> => {
      const vm = known(ctx, input);
      return ctx.hosts.with(vm.host, (host) => host.tryGuest(vm, input.given ?? undefined));
    }),
  keep: doing
    .meta({ action: 'vm.credential', subject: 'vm' })
    .input(checked(requests.vms.guest))
    .mutation(async ({ ctx, input }) => {
      const { user, password } = input;
      await guestCredentials(ctx.home.secrets).set(known(ctx, input).id, { user, password });
      return { user };
    }),
  forget: doing
    .meta({ action: 'vm.credential', subject: 'vm' })
    .input(checked(requests.vms.one))
    .mutation(async ({ ctx, input }) => {
      await guestCredentials(ctx.home.secrets).remove(known(ctx, input).id);
      return { user: null };
    }),
});

/** @throws HostkeepError host/vm-not-found */
function known({ home }: Services, { host, vm }: { readonly host: string; readonly vm: string }): SeenVm {
  const found = seenVms(home.state).find((one) => one.host === host && one.id === vm);
  if (found === undefined) throw new HostkeepError('host/vm-not-found', { vm });
  return found;
}
