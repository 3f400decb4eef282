import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import type { VmFacts } from '#engine/ports';
import { givenOrAsked } from '../ask-secret.ts';
import { checksText } from '../checks-text.ts';
import { contextOf } from '../context.ts';
import { bytesText, tableText } from '../text.ts';
import { theVm } from '../the-vm.ts';
import { withHostOption } from './host-option.ts';

export function vm(program: Command): void {
  const group = program.command('vm').description('virtual machines');
  credential(group);
  tag(group);
  withHostOption(group.command('list'))
    .description('the VMs of the host')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const listed = await context.withHost(async ({ record, hypervisor }, { state }) => {
        const { tagsOf } = await import('#service');
        const vms = await hypervisor.listVms();
        return vms.map((one) => ({ ...one, tags: tagsOf(state, record.name, one.id) }));
      });
      context.print(listed, (vms) => [vmTable(vms), ...namesakes(vms)].join('\n'));
    });
}

type TaggedVm = VmFacts & { readonly tags: readonly string[] };

function vmTable(vms: readonly TaggedVm[]): string {
  const isTagged = vms.some(({ tags }) => tags.length > 0);
  return tableText(
    ['NAME', 'STATE', 'GUEST', 'CONSISTENCY', 'DISKS', 'SIZE', ...(isTagged ? ['TAGS'] : [])],
    vms.map((one) => [
      one.name,
      one.state,
      one.guestOs,
      one.reachable,
      String(one.disks.length),
      bytesText(one.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0)),
      ...(isTagged ? [one.tags.join(', ')] : []),
    ]),
    'The host has no VM that this account can see.',
  );
}

/** Only their ids tell VMs of one name apart, in every command that names a VM. */
function namesakes(vms: readonly VmFacts[]): readonly string[] {
  const byName = Map.groupBy(vms, ({ name }) => name.toLowerCase());
  return [...byName.values()]
    .filter((twins) => twins.length > 1)
    .flatMap((twins) => [
      '',
      `${twins.length} VMs are called ${twins[0]!.name}; name them by their ids:`,
      ...twins.map(({ id }) => `  ${id}`),
    ]);
}

function tag(group: Command): void {
  withHostOption(group.command('tag'))
    .description('tags of a VM; jobs select by them')
    .argument('<vm>', 'name or id')
    .option('--add <tags...>', 'tags to give it')
    .option('--remove <tags...>', 'tags to take away')
    .action(async (spec: string, options: { add?: string[]; remove?: string[] }, command: Command) => {
      const context = contextOf(command);
      const tagged = await context.withHost(async ({ record, hypervisor }, home) => {
        const { setTag, tagsOf } = await import('#service');
        const { id, name } = theVm(await hypervisor.listVms(), spec);
        const of = { host: record.name, vm: id };
        for (const one of options.add ?? []) setTag(home.state, of, one, true);
        for (const one of options.remove ?? []) setTag(home.state, of, one, false);
        return { vm: name, id, tags: tagsOf(home.state, record.name, id) };
      });
      context.print(tagged, ({ tags }) => (tags.length === 0 ? 'No tags.' : tags.join('  ')));
    });
}

function credential(group: Command): void {
  withHostOption(group.command('credential'))
    .description('who may ask the guest for its writers and histories, through PowerShell Direct; optional')
    .argument('<vm>', 'name or id')
    .option('--user <user>', 'an administrator of the guest, as NAME or DOMAIN\\NAME; the password is asked for')
    .option('--try', 'sign in now and say what the guest answers: as who is kept, or as --user, before that is kept')
    .option('--remove', 'forget them')
    .action(async (spec: string, options: CredentialOptions, command: Command) => {
      const context = contextOf(command);
      const { user, remove = false, try: tries = false } = options;
      if (user === undefined && !remove && !tries)
        throw new HostkeepError('input/missing-option', { option: '--user NAME, --try or --remove' });
      const done = await context.withHost(async (host, home) => {
        const { guestCredentials } = await import('#service');
        const guests = guestCredentials(home.secrets);
        const vm = theVm(await host.hypervisor.listVms(), spec);
        const password = (): Promise<string> => givenOrAsked('HOSTKEEP_GUEST_PASSWORD', 'Password in the guest: ');
        const given = user === undefined ? undefined : { user, password: await password() };
        const checks = tries ? await host.tryGuest(vm, given) : [];
        if (given !== undefined) await guests.set(vm.id, given);
        else if (remove) await guests.remove(vm.id);
        const kept = tries && !remove ? ((await guests.get(vm.id))?.user ?? null) : (user ?? null);
        return { vm: vm.name, id: vm.id, user: kept, ...(tries ? { checks } : {}) };
      });
      context.print(done, ({ vm, user, checks }) =>
        [
          ...(checks === undefined ? [] : [checksText(checks)]),
          user === null ? `Nobody asks ${vm} any more.` : `${vm} is asked as ${user}; see hostkeep host check.`,
        ].join('\n'),
      );
    });
}

interface CredentialOptions {
  readonly user?: string;
  readonly try?: boolean;
  readonly remove?: boolean;
}
