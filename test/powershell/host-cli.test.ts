import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

test('a host is added, checked in 80 columns with what to do, and forgotten', { skip }, async (context) => {
  const { run, folder, world } = await simulatedCommandLine(context, { locale: 'de' });
  world.vmState.set('5f0a1c6e-0003-4f5a-9d2e-0f5010000003', { serviceEnabled: false });
  const added = await run('host', 'add', 'HV01', '--ledger', join(folder, 'ledger'));
  assert.equal(added.status, 0, added.stdout + added.stderr);
  const checked = await run('host', 'check');
  context.diagnostic(`\n${checked.stdout}`);
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.match(checked.stdout.replace(/\s+/g, ' '), /LNX01 .*start hv_vss_daemon/);
  for (const line of checked.stdout.split('\n')) assert.ok(line.length <= 80, line);
  assert.equal((await run('host', 'remove', 'HV01')).status, 0);
  assert.match((await run('host', 'check', 'HV01')).stderr, /No host of this name/);
});
