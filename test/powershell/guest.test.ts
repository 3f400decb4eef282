import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type StepReport } from '#contract';
import { hyperVHost, type GuestCredential } from '#host';
import type { Hypervisor, PreflightCheck } from '#engine/ports';
import { guestCredentials } from '#service';
import { clock, quiet } from '../fixtures/environment.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';
import type { SimulatedGuest } from './simulator/guests.ts';
import { simulate, simulationLimits, type Simulation } from './simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const app = '5f0a1c6e-0002-4f5a-9d2e-0f5010000002';
const given: GuestCredential = { user: 'APP01\\sicherung', password: 'pa$$"w`ord\u20ac' };
const calm: SimulatedGuest = {
  ...given,
  writers: [
    { name: 'System Writer', id: 'e8132975-6f93-4464-a53e-1050253ae220', state: 1 },
    { name: 'SqlServerWriter', id: 'a65faa63-5ea8-4ebc-9dbd-a0c4db26912a', state: 1 },
  ],
  services: [{ Name: 'MSSQL$SHOP', Status: 'Running' }],
  sql: [{ server: '.\\SHOP', databases: [{ name: 'orders', recovery_model: 3, log_reuse_wait: 0 }], backups: [] }],
  exchange: null,
};
const backup = {
  database_name: 'orders',
  type: 'L',
  is_snapshot: false,
  is_copy_only: false,
  software_name: 'Other Backup 12',
  user_name: 'SHOP\\svc',
  finished: '2026-03-01T22:00:00',
  times: 300,
} as const;

async function asked(
  context: Parameters<typeof simulate>[0],
  guest: SimulatedGuest | null,
  smallDisks = true,
): Promise<{ readonly host: Hypervisor; readonly simulation: Simulation; checks(): Promise<readonly PreflightCheck[]> }> {
  const simulation = await simulate(context, { smallDisks, locale: 'de', json: '5.1' });
  const { world, shell, ledger } = simulation;
  if (guest !== null) world.guests.set(app, guest);
  const host = hyperVHost({
    id: 'hv01',
    name: 'HV01',
    shell,
    clock,
    address: null,
    path: 'auto',
    ledger,
    limits: simulationLimits,
    guestCredential: async (id) => (id === app ? given : undefined),
  });
  return { host, simulation, checks: () => host.preflight([app]) };
}

const one = (checks: readonly PreflightCheck[], id: string): PreflightCheck => {
  const found = checks.filter((check) => check.id === id);
  assert.equal(found.length, 1, `${id}: ${JSON.stringify(checks.filter((check) => check.verdict !== 'ok'))}`);
  return found[0]!;
};

test('a guest that is asked names its writers, and nobody else truncates its logs', { skip }, async (context) => {
  const { host, checks } = await asked(context, calm);
  const found = await checks();
  assert.deepEqual(
    ['guest-writers', 'double-truncation', 'sql-server'].map((id) => one(found, id).verdict),
    ['ok', 'ok', 'ok'],
  );
  const steps: StepReport[] = [];
  const wanted = { vmId: app, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
  const session = await host.beginBackup(wanted, (step) => steps.push(step), quiet.signal);
  await session.abort('enough');
  const names = steps.filter((step) => step.side === 'guest' && step.step === 'enumerate-writers').map((step) => step.actor);
  assert.ok(names.includes('SqlServerWriter'), names.join());
});

test(
  'the double-truncation guard names the product that takes log backups, and the one that takes full ones through VSS',
  { skip },
  async (context) => {
    const full = { ...backup, type: 'D', is_snapshot: true, software_name: '', user_name: 'NT AUTHORITY\\SYSTEM' };
    const sql = [
      { ...calm.sql[0]!, databases: [{ name: 'orders', recovery_model: 1, log_reuse_wait: 2 }], backups: [backup, full] },
    ];
    const { checks } = await asked(context, { ...calm, sql });
    const found = await checks();
    const guard = one(found, 'double-truncation');
    assert.equal(guard.verdict, 'warning');
    assert.match(guard.says, /log backups of orders \(MSSQL\$SHOP\) by Other Backup 12, last on 2026-03-01/);
    assert.match(guard.says, /full backups of orders .* NT AUTHORITY\\SYSTEM/);
    assert.match(guard.remedy, /--copy/);
    assert.match(one(found, 'sql-server').says, /logs of orders wait for a log backup/);
  },
);

test(
  'a full backup that our own checkpoint made in the guest is not taken for another product\u2019s',
  { skip },
  async (context) => {
    const { host, simulation, checks } = await asked(context, calm, false);
    const wanted = { vmId: app, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
    await (await host.beginBackup(wanted, () => undefined, quiet.signal)).complete();
    const finished = new Date().toISOString();
    const ours = { ...backup, type: 'D', is_snapshot: true, software_name: '', finished };
    simulation.world.guests.set(app, { ...calm, sql: [{ ...calm.sql[0]!, backups: [ours] }] });
    assert.equal(one(await checks(), 'double-truncation').verdict, 'ok');
  },
);

test('Exchange that another product backs up is told; one without any full backup too', { skip }, async (context) => {
  const services = [{ Name: 'MSExchangeIS', Status: 'Running' }] as const;
  const mail = {
    Name: 'DB1',
    LastFullBackup: null,
    LastIncrementalBackup: '2026-03-01T01:00:00Z',
    LastCopyBackup: null,
    CircularLoggingEnabled: false,
  };
  const { checks } = await asked(context, { ...calm, services, sql: [], exchange: [mail] });
  const found = await checks();
  assert.match(one(found, 'double-truncation').says, /mailbox database DB1, last on 2026-03-01/);
  assert.match(one(found, 'exchange').says, /no full backup of DB1/);
});

test(
  'failed writers, a stopped instance and a history that may not be read are told with what to do',
  { skip },
  async (context) => {
    const writers = [{ ...calm.writers[0]!, state: 8 }];
    const services = [
      { Name: 'MSSQLSERVER', Status: 'Stopped' },
      { Name: 'MSSQL$SHOP', Status: 'Running' },
    ] as const;
    const { checks } = await asked(context, { ...calm, writers, services, sql: [{ ...calm.sql[0]!, denied: true }] });
    const found = await checks();
    assert.match(one(found, 'guest-writers').says, /System Writer \(state 8\)/);
    const sql = found.filter((check) => check.id === 'sql-server');
    assert.match(sql[0]!.says, /MSSQLSERVER does not run/);
    assert.match(sql[1]!.says, /MSSQL\$SHOP could not be read/);
  },
);

test(
  'a guest that does not answer or refuses the credentials is a warning, and the backup goes on',
  { skip },
  async (context) => {
    const { host, simulation, checks } = await asked(context, null);
    assert.match(one(await checks(), 'guest-credential').says, /could not be asked through PowerShell Direct/);
    simulation.world.guests.set(app, { ...calm, password: 'another' });
    const refused = one(await checks(), 'guest-credential');
    assert.match(refused.says, /does not accept the user name or password/);
    assert.doesNotMatch(JSON.stringify(refused), /pa\$\$/);
    const wanted = { vmId: app, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
    await (await host.beginBackup(wanted, () => undefined, quiet.signal)).abort('it works');
  },
);

test('credentials of guests are kept as one secret per VM, and go without a trace', async () => {
  const kept = new Map<string, string>();
  const guests = guestCredentials({
    get: async (name) => kept.get(name),
    set: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
  });
  assert.equal(await guests.get(app), undefined);
  await guests.set(app, given);
  assert.deepEqual([...kept.keys()], [`guest-${app}`]);
  assert.deepEqual(await guests.get(app.toUpperCase()), given);
  kept.set(`guest-${app}`, 'not JSON');
  await assert.rejects(guests.get(app), (error) => hasCode(error, 'secrets/missing'));
  await guests.remove(app);
  assert.equal(kept.size, 0);
});
