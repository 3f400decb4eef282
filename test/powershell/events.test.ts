import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type StepReport } from '#contract';
import { quiet } from '../fixtures/environment.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';
import { simulate } from './simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

test('a step that failed is followed by what the host logged meanwhile', { skip }, async (context) => {
  const { host, world } = await simulate(context, { smallDisks: true, locale: 'de' });
  const vm = (await host.listVms()).find((one) => one.name === 'APP01')!;
  const log = 'Microsoft-Windows-Hyper-V-VMMS-Admin';
  world.events.push(
    { log, id: 18012, text: 'Fehler bei APP01 (0x800423F4)' },
    { log, id: 19100, text: 'Zusammenf\u00fchren bei FS01' },
  );
  world.faults.push({ at: 'CreateSnapshot', name: 'vss-failed', times: 1 });
  const steps: StepReport[] = [];
  const wanted = { vmId: vm.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
  const begun = host.beginBackup(wanted, (step) => steps.push(step), quiet.signal);
  await assert.rejects(begun, (error) => hasCode(error, 'host/vss-writer-failed') || assert.fail(String(error)));
  const told = steps.filter((step) => step.events !== undefined);
  // The one that names the VM; what befell another VM is not part of this conversation.
  assert.deepEqual(
    told.map(({ step, actor, events, detail }) => ({ step, actor, events, detail })),
    [{ step: 'checkpoint', actor: log, events: [18012], detail: 'Fehler bei APP01 (0x800423F4)' }],
  );
  const failed = steps.findIndex((step) => step.state === 'failed');
  assert.ok(failed >= 0 && failed < steps.indexOf(told[0]!));
});
