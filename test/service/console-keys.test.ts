import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { acquireLock, listKeys } from '#engine/repository';
import { listDeeds } from '../../main/service/state/activity.ts';
import { testConsole } from './console-fixture.ts';

const old = 'correct horse battery';
const changed = 'another horse, another battery';

test('a passphrase is changed in the console: the session goes on, the old one opens nothing more; locks are removed', async (context) => {
  const { ask, call, folder, services } = await testConsole(context);
  const given = { name: 'NAS', folder: join(folder, 'repo'), passphrase: old };
  const { repository } = await ask<{ repository: string }>('repositories.create', given);
  assert.deepEqual(await ask('repositories.changePassphrase', { repository, passphrase: changed }), { files: [] });
  const kinds = await services.withRepository(repository, async (open) => {
    // Of a run that ended without giving it back, on a computer that nobody here can ask.
    await acquireLock(open, 'shared', 'a test');
    return (await listKeys(open)).map(({ kind }) => kind).toSorted();
  });
  assert.deepEqual(kinds, ['passphrase', 'recovery']);
  assert.deepEqual(await ask('repositories.removeLocks', { repository }), { removed: 1 });
  await ask('repositories.lock', { repository });
  const unlock = (secret: string) => call('repositories.unlock', { repository, secret, remember: false });
  assert.equal((await unlock(old)).code, 'repository/wrong-passphrase');
  assert.equal((await unlock(changed)).status, 200);
  assert.equal((await call('repositories.changePassphrase', { repository, passphrase: 'short' })).code, 'input/invalid');
  const deeds = JSON.stringify(listDeeds(services.home.state, 100));
  assert.ok(deeds.includes('repository.change-passphrase') && deeds.includes('repository.remove-locks'));
  assert.ok(!deeds.includes(changed));
});
