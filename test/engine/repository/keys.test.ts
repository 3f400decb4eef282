import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { addRecoveryKey, changePassphrase, initRepository, listKeys, openRepository, removeKey } from '#engine/repository';
import { memoryStorage, type Storage } from '#engine/storage';
import { clock, passphrase, random } from '../../fixtures/environment.ts';

const another = 'another passphrase';

async function made() {
  const storage = memoryStorage();
  const { recoveryKey } = await initRepository(storage, { passphrase, random, clock });
  return { storage, recoveryKey };
}

const open = (storage: Storage, secret: string) => openRepository(storage, { secret, random, clock });
const refused = (storage: Storage, secret: string) =>
  assert.rejects(open(storage, secret), (error) => hasCode(error, 'repository/wrong-passphrase'));

test('a changed passphrase opens the repository in the place of the old one, and recovery keys stay', async () => {
  const { storage, recoveryKey } = await made();
  const repository = await open(storage, passphrase);
  const { key, removed } = await changePassphrase(repository, another);
  assert.equal(removed.length, 1);
  await refused(storage, passphrase);
  for (const secret of [another, recoveryKey])
    assert.deepEqual((await open(storage, secret)).masterKey, repository.masterKey, 'no data needs another key');
  assert.deepEqual(
    (await listKeys(await open(storage, another))).map(({ id, kind, used }) => [id === key, kind, used]),
    [
      [true, 'passphrase', true],
      [false, 'recovery', false],
    ],
  );
});

test('a passphrase that is lost is changed by the recovery key', async () => {
  const { storage, recoveryKey } = await made();
  await changePassphrase(await open(storage, recoveryKey), another);
  await refused(storage, passphrase);
  await open(storage, another);
});

test('what no repository takes as its passphrase changes nothing', async () => {
  const { storage } = await made();
  const repository = await open(storage, passphrase);
  for (const bad of ['', 'seven77', repository.remembered])
    await assert.rejects(changePassphrase(repository, bad), (error) => hasCode(error, 'input/invalid'));
  assert.equal((await storage.names('keys')).length, 2);
  await open(storage, passphrase);
});

test('a storage that fails while the new passphrase is written, or read back, keeps the old one', async () => {
  for (const fails of ['write', 'readAll'] as const) {
    const { storage } = await made();
    const repository = await open(storage, passphrase);
    const names = await storage.names('keys');
    let isBroken = false;
    const broken: Storage = {
      ...storage,
      write: (name, bytes) => {
        isBroken = true;
        return fails === 'write' ? Promise.reject(new Error('broken')) : storage.write(name, bytes);
      },
      readAll: async (name, limit) => {
        const bytes = await storage.readAll(name, limit);
        // What was written is not what is there: another slot, sound in itself.
        return isBroken ? storage.readAll(names[0]!, limit) : bytes;
      },
    };
    await assert.rejects(changePassphrase({ ...repository, storage: broken }, another));
    for (const name of names) assert.ok((await storage.names('keys')).includes(name), `${fails}: ${name} is there`);
    await open(storage, passphrase);
  }
});

test('a key is removed by its id, but never the last one that can be read; a damaged one goes, too', async () => {
  const { storage, recoveryKey } = await made();
  const repository = await open(storage, passphrase);
  const further = await addRecoveryKey(repository);
  const keys = await listKeys(await open(storage, recoveryKey));
  const printed = keys.find(({ used }) => used)!;
  assert.equal(printed.kind, 'recovery');
  await removeKey(repository, printed.id);
  await refused(storage, recoveryKey);
  await open(storage, further);
  await assert.rejects(removeKey(repository, printed.id), (error) => hasCode(error, 'input/not-found'));
  await storage.write('keys/00000000000000aa', Buffer.from('rubbish'));
  const [passed, recovery, damaged] = ['passphrase', 'recovery', 'damaged'].map(
    (kind) => async () => removeKey(repository, (await listKeys(repository)).find((key) => key.kind === kind)!.id),
  );
  await recovery!();
  await assert.rejects(passed!(), (error) => hasCode(error, 'repository/last-key'));
  await damaged!();
  await open(storage, passphrase);
});
