import assert from 'node:assert/strict';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import { callHost } from '../../../main/host/operation.ts';
import { discover } from '../../../main/host/operations/discover.ts';
import { history } from '../../../main/host/operations/history.ts';
import { listResidueOperation } from '../../../main/host/operations/residue.ts';
import { closeFolder, protectSecret, revealSecret } from '../../../main/host/operations/secret.ts';
import { selfTest, selfTestOperation } from '../../../main/host/operations/self-test.ts';
import { writeEvent } from '../../../main/host/operations/write-event.ts';
import { strike, type Exercise } from './scenario.ts';

const windows = process.platform === 'win32';

export const exercises: readonly Exercise[] = [
  {
    operation: discover,
    success: ({ shell }) => callHost(shell, discover, { vmId: null }),
    failures: {
      'host/access-denied': (simulation) => {
        strike(simulation, 'Msvm_KvpExchangeComponent', 'denied');
        return callHost(simulation.shell, discover, { vmId: null });
      },
    },
  },
  {
    operation: history,
    success: ({ shell }) => callHost(shell, history, { days: 7, writers: true }),
    failures: {},
  },
  {
    operation: writeEvent,
    success: ({ shell }) => callHost(shell, writeEvent, { source: 'Hostkeep', level: 'Warning', id: 200, text: 'as it is' }),
    failures: {
      'notify/event-log-refused': (simulation) => {
        simulation.world.eventSources.clear();
        strike(simulation, 'New-EventLog', 'denied');
        return callHost(simulation.shell, writeEvent, { source: 'Hostkeep', level: 'Error', id: 300, text: 'x' });
      },
    },
  },
  {
    operation: listResidueOperation,
    success: ({ ledger, shell }) => callHost(shell, listResidueOperation, { ledger }),
    failures: {},
  },
  { operation: selfTestOperation, success: ({ shell }) => selfTest(shell), failures: {} },
  {
    operation: protectSecret,
    success: windowsOnly(({ shell }) => callHost(shell, protectSecret, { text: 'x' })),
    failures: windows ? {} : { 'secrets/unavailable': ({ shell }) => callHost(shell, protectSecret, { text: 'x' }) },
  },
  {
    operation: revealSecret,
    success: windowsOnly(({ shell }) => callHost(shell, revealSecret, { protected: 'x' })),
    failures: windows
      ? { 'secrets/missing': ({ shell }) => callHost(shell, revealSecret, { protected: 'not ours' }) }
      : { 'secrets/unavailable': ({ shell }) => callHost(shell, revealSecret, { protected: 'x' }) },
    onlyOnWindows: { 'secrets/missing': 'DPAPI is Windows; elsewhere nothing is ever protected' },
  },
  {
    operation: closeFolder,
    async success({ home, shell, world }) {
      const folder = join(home, 'secrets');
      await callHost(shell, closeFolder, { folder, readers: ['FIRMA\\sicherung dienst'] });
      // SYSTEM and Administrators by number, the account by name; nothing is inherited any more.
      const grants = ['*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F', 'FIRMA\\sicherung dienst:(OI)(CI)R'];
      assert.deepEqual(world.closed.get(folder), grants);
    },
    failures: {
      'secrets/unprotected': (simulation) => {
        strike(simulation, 'icacls', 'denied');
        return callHost(simulation.shell, closeFolder, { folder: join(simulation.home, 'secrets'), readers: [] });
      },
    },
  },
];

/** DPAPI is there on Windows only; elsewhere success is that nothing was written in the clear. */
function windowsOnly(act: Exercise['success']): Exercise['success'] {
  return (simulation) =>
    act(simulation).catch((error: unknown) => {
      if (windows || !(error instanceof HostkeepError) || error.code !== 'secrets/unavailable') throw error;
    });
}
