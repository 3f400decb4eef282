import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { join } from 'node:path';
import { hasCode, HostkeepError } from '#contract';
import { adminShares, hyperVHost, type AdminShares } from '#host';
import { labVms } from '../../../main/lab/vms.ts';
import { clock, quiet } from '../../fixtures/environment.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate, simulationLimits } from '../simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const credential = { user: 'HV01\\admin', password: 'pa$$"w`ord' };
const connection = { address: 'hv01', useSsl: false, port: null, credential };
const [vm] = labVms;

/** A workstation's view of the simulated host: its shares are what the test says. */
async function workstation(context: TestContext, shares: AdminShares, path: 'checkpoint' | 'shadow' = 'checkpoint') {
  const simulation = await simulate(context, { smallDisks: true });
  const { ledger, shell } = simulation;
  const of = { id: 'hv01', name: 'HV01', shell, clock, address: 'hv01', path, ledger, limits: simulationLimits, shares };
  return { ...simulation, host: hyperVHost(of) };
}

const refusing = (denied: (paths: readonly string[]) => boolean): AdminShares => ({
  reach: async (paths) => {
    if (denied(paths)) throw new HostkeepError('host/share-denied', { share: '\\\\hv01\\D$', host: 'hv01' });
  },
  close: () => Promise.resolve(),
});

test(
  'a connection is made once a share as the account that was given, and ended; what refuses has a name of its own',
  { skip },
  async (context) => {
    const { world, restart, home } = await simulate(context, { smallDisks: true });
    const folder = join(home, 'x');
    await mkdir(folder);
    const shares = adminShares(connection, () => ({ ...restart().shell, close: () => Promise.resolve() }));
    world.faults.push({ at: 'New-SmbMapping', name: 'share-credentials', times: 1 });
    await assert.rejects(shares.reach(['D:\\VMs\\a.vhdx']), (error) => {
      assert.ok(hasCode(error, 'host/share-credentials'), String(error));
      assert.equal(error.details['share'], '\\\\hv01\\D$');
      assert.doesNotMatch(JSON.stringify([error.message, error.details, error.remedy]), /pa\$\$/);
      return true;
    });
    // The share cannot be listed on this machine: the connection that was made for it goes again.
    await assert.rejects(shares.reach(['D:\\VMs\\a.vhdx']), (error) => hasCode(error, 'host/share-missing'));
    assert.equal(world.connections.size, 0);
    // A share of another computer is met as oneself: the host's account is nobody there.
    const before = world.calls.filter((call) => call === 'New-SmbMapping').length;
    await assert.rejects(shares.reach(['\\\\nas\\vms\\a.vhdx']), (error) => hasCode(error, 'host/share-missing'));
    assert.equal(world.calls.filter((call) => call === 'New-SmbMapping').length, before);
    await shares.reach(['/a/path/that/no/share/leads/to']);
    await shares.close();
  },
);

test(
  'a workstation that may not read the disks is told so by the preflight, and no guest is frozen',
  { skip },
  async (context) => {
    const { host, world } = await workstation(
      context,
      refusing(() => true),
    );
    const check = (await host.preflight([vm!.id])).find((one) => one.id === 'share-access')!;
    assert.deepEqual([check.verdict, check.code], ['blocking', 'host/share-denied']);
    assert.match(check.remedy, /LocalAccountTokenFilterPolicy/);
    const wanted = { vmId: vm!.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
    const begun = host.beginBackup(wanted, () => undefined, quiet.signal);
    await assert.rejects(begun, (error) => hasCode(error, 'host/share-denied'));
    assert.ok(!world.calls.includes('CreateSnapshot'));
  },
);

test('shadow copies that cannot be reached are taken back', { skip }, async (context) => {
  const shares = refusing((paths) => paths.some((path) => path.includes('shadow-')));
  const { host, world } = await workstation(context, shares, 'shadow');
  const wanted = { vmId: vm!.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
  const begun = host.beginBackup(wanted, () => undefined, quiet.signal);
  await assert.rejects(begun, (error) => hasCode(error, 'host/share-denied'));
  assert.deepEqual([await host.listResidue(), world.shadows.length], [[], 0]);
});
