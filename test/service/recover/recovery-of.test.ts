import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { openHome } from '#service';
import { recoveryOf } from '#service/recover';
import { insertRecovery } from '../../../main/service/state/recoveries.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

const times = { servedAfterMs: null, startedAfterMs: null, heartbeatAfterMs: null } as const;
const definition = { folder: 'D:\\VMs', network: null, drill: false, vmId: null, ...times } as const;

test('a recovery is named by its id, its VM, the VM that was backed up, or the beginning of its id', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const of = { host: 'HV01', repository: 'r', repositoryFolder: '/r', point: 'p', startedAt: 1 };
  const insert = (id: string, vm: string, name: string): void =>
    insertRecovery(home.state, { ...of, id, vm, definition: { ...definition, name } });
  insert('a1b2c3', 'FS01', 'FS01 2026-11-30 20.15');
  insert('d4e5f6', 'APP01', 'APP01 2026-11-30 20.16');
  const idOf = (spec: string): string => recoveryOf(home.state, spec).id;
  assert.deepEqual(['a1b2c3', 'fs01 2026-11-30 20.15', 'fs01', 'a1'].map(idOf), Array(4).fill('a1b2c3'));
  assert.throws(
    () => idOf('FS02'),
    (error) => hasCode(error, 'input/not-found'),
  );
  insert('a7b8c9', 'FS01', 'FS01 2026-11-30 20.17');
  assert.throws(
    () => idOf('FS01'),
    (error) => hasCode(error, 'input/ambiguous') && JSON.stringify(error.details['ids']) === '["a1b2c3","a7b8c9"]',
  );
  insert('0a0b0c', 'SQL01', 'FS01');
  assert.equal(idOf('FS01'), '0a0b0c', 'the name that it has comes first');
});
