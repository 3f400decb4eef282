import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { initRepository, openRepository, parseRemembered } from '#engine/repository';
import { memoryStorage, type Storage } from '#engine/storage';
import { wrapKey, writeSlot } from '../../../main/engine/repository/keys/slot.ts';
import { clock, passphrase, random } from '../../fixtures/environment.ts';

/** Opens, and tells whether a key had to be derived for it. */
async function opened(storage: Storage, secret: string) {
  let derived = false;
  const repository = await openRepository(storage, { secret, random, clock, meanwhile: () => void (derived = true) });
  return { repository, derived };
}

async function passphraseSlot(storage: Storage): Promise<string> {
  for (const { name } of await storage.list('keys'))
    if ((await storage.readAll(name, 4096)).includes('"kind":"passphrase"')) return name;
  throw new Error('no passphrase opens this repository');
}

test('what is remembered of a passphrase or a recovery key opens a repository without deriving a key', async () => {
  const storage = memoryStorage();
  const { recoveryKey } = await initRepository(storage, { passphrase, random, clock });
  for (const secret of [passphrase, recoveryKey]) {
    const first = await opened(storage, secret);
    assert.equal(first.derived, true);
    const again = await opened(storage, first.repository.remembered);
    assert.equal(again.derived, false);
    assert.deepEqual(again.repository.masterKey, first.repository.masterKey);
    assert.equal(again.repository.remembered, first.repository.remembered);
  }
});

test('a remembered key means nothing to another slot of the same passphrase: the passphrase beside it is tried', async () => {
  const storage = memoryStorage();
  await initRepository(storage, { passphrase, random, clock });
  const { repository } = await opened(storage, passphrase);
  const { id: repositoryId, masterKey, remembered } = repository;
  await storage.remove(await passphraseSlot(storage));
  const slot = await wrapKey(masterKey, { kind: 'passphrase', secret: passphrase, repositoryId }, random);
  await storage.write('keys/0123456789abcdef', writeSlot(slot));
  const again = await opened(storage, remembered);
  assert.equal(again.derived, true);
  assert.notEqual(again.repository.remembered, remembered);
  assert.equal((await opened(storage, again.repository.remembered)).derived, false);
});

test('once its slot is removed, neither a remembered key nor its passphrase opens anything', async () => {
  const storage = memoryStorage();
  await initRepository(storage, { passphrase, random, clock });
  const { remembered } = (await opened(storage, passphrase)).repository;
  await storage.remove(await passphraseSlot(storage));
  await assert.rejects(opened(storage, remembered), (error) => hasCode(error, 'repository/wrong-passphrase'));
});

test('a repository does not take a passphrase that reads like a remembered one', async () => {
  const storage = memoryStorage();
  await initRepository(storage, { passphrase, random, clock });
  const { remembered } = (await opened(storage, passphrase)).repository;
  assert.equal(parseRemembered(remembered).secret, passphrase);
  assert.deepEqual(parseRemembered(passphrase), { secret: passphrase, slotKey: undefined });
  await assert.rejects(initRepository(memoryStorage(), { passphrase: remembered, random, clock }), (error) =>
    hasCode(error, 'input/invalid'),
  );
});

test('a forged key file that asks for more memory than it may have is damaged, and keeps no other from opening', async () => {
  const storage = memoryStorage();
  const { recoveryKey } = await initRepository(storage, { passphrase, random, clock });
  const [salt, nonce, wrapped] = [random.bytes(32), random.bytes(12), random.bytes(48)];
  const derivation = { kind: 'passphrase', n: 1024, r: 2047, p: 16 } as const;
  await storage.write('keys/0000000000000000', writeSlot({ derivation, salt, nonce, wrapped }));
  assert.ok((await opened(storage, passphrase)).derived);
  assert.ok((await opened(storage, recoveryKey)).derived);
  await assert.rejects(opened(storage, 'not this one'), (error) => hasCode(error, 'repository/key-damaged'));
});
