import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { serveBytes } from '../../fixtures/served-bytes.ts';
import { closeInitiator, iscsiCmdlets } from './iscsi-cmdlets.ts';
import { plainVm } from './made-vms.ts';
import { restoreCmdlets } from './restore-cmdlets.ts';
import { HostFault, newWorld, type World, type WorldOptions } from './world.ts';

const chap = { initiator: { user: 'hostkeep', secret: '0123456789abcdef' }, target: null };

async function worldOf(context: TestContext, options: Omit<WorldOptions, 'home'> = {}): Promise<World> {
  const world = newWorld({ home: await temporaryFolder(context), ...options });
  world.initiator.service = 'Running';
  context.after(() => closeInitiator(world));
  return world;
}

async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => assert.fail('it was accepted'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof HostFault, String(error));
  return error.errorId;
}

const call = (world: World, name: string, given: Record<string, unknown>): Promise<readonly object[]> =>
  (iscsiCmdlets[name] ?? restoreCmdlets[name])!(world, given);

test('the simulated initiator is as strict as the real one', async (context) => {
  const world = await worldOf(context);
  const served = await serveBytes({ disks: 1, chap });
  context.after(() => served.close());
  const portal = { Address: served.portal.address, Port: served.portal.port };
  const login = {
    ...portal,
    NodeAddress: served.iqn,
    Authentication: 'ONEWAYCHAP',
    User: 'hostkeep',
    Secret: chap.initiator.secret,
  };
  // Without its service nothing can be connected, and a target must have been discovered.
  world.initiator.service = 'Stopped';
  assert.match(await refusal(call(world, 'New-IscsiTargetPortal', login)), /0xefff003e/);
  world.initiator.service = 'Running';
  assert.match(await refusal(call(world, 'Connect-IscsiTarget', login)), /0xefff000b/);
  // Nobody there, no secret, a wrong one, and one that Windows does not take.
  assert.match(await refusal(call(world, 'New-IscsiTargetPortal', { ...login, Port: 1 })), /0xefff0003/);
  assert.match(await refusal(call(world, 'New-IscsiTargetPortal', { ...login, Authentication: 'NONE' })), /0xefff0009/);
  assert.match(await refusal(call(world, 'New-IscsiTargetPortal', { ...login, Secret: '0123456789abcdeg' })), /0xefff0009/);
  assert.match(await refusal(call(world, 'New-IscsiTargetPortal', { ...login, Secret: 'x'.repeat(17) })), /0xefff004a/);
  await call(world, 'New-IscsiTargetPortal', login);
  await call(world, 'Connect-IscsiTarget', login);
  assert.match(await refusal(call(world, 'Connect-IscsiTarget', login)), /0xefff003f/);
});

test('a disk of the host goes to a VM only while it is offline, writable and nobody else has it, and holds its session', async (context) => {
  const world = await worldOf(context, { edition: 'client' });
  const served = await serveBytes({ disks: 1 });
  context.after(() => served.close());
  const login = { Address: served.portal.address, Port: served.portal.port, NodeAddress: served.iqn, Authentication: 'NONE' };
  await call(world, 'New-IscsiTargetPortal', login);
  await call(world, 'Connect-IscsiTarget', login);
  const [disk] = (await call(world, 'Get-Disk', {})) as readonly { Number: number; IsOffline: boolean; SerialNumber: string }[];
  assert.deepEqual([disk!.IsOffline, disk!.SerialNumber.trim()], [false, served.serials[0]]);
  const [one, two] = [plainVm(randomUUID(), 'one'), plainVm(randomUUID(), 'two')];
  for (const vm of [one, two]) world.made.set(vm.id, vm);
  const give = (vm: typeof one): Promise<unknown> =>
    call(world, 'Add-VMHardDiskDrive', { VMId: vm.id, DiskNumber: disk!.Number });
  await refusal(give(one));
  await call(world, 'Set-Disk', { Number: disk!.Number, IsOffline: true });
  await give(one);
  await refusal(give(two));
  await call(world, 'Start-VM', { VMId: one.id });
  const leave = (): Promise<unknown> => call(world, 'Disconnect-IscsiTarget', { NodeAddress: served.iqn });
  assert.match(await refusal(leave()), /0xefff0040/);
  await call(world, 'Stop-VM', { VMId: one.id });
  await leave();
  assert.equal(world.initiator.sessions.size, 0);
  await refusal(call(world, 'Get-Disk', { Number: disk!.Number }));
});
