import { test } from 'node:test';
import { temporaryFolder } from '../fixtures/environment.ts';
import { flipAndExpect, victim, withReserve } from '../fixtures/damaged-repository.ts';
import { numbers } from '../fuzz/mutate.ts';
import { every, firstBoundary } from './boundaries.ts';

/** Up to here every byte is flipped, beyond a sample. */
const smallBytes = 16 * 1024;
const sampled = 300;
/** A damaged key file makes the other one be tried, which costs a derivation each. */
const sampledOfKeys = 10;

test('every byte of every small file, and a dense sample of the large ones, is missed when it is flipped', async (context) => {
  const of = await victim(await temporaryFolder(context));
  const next = numbers(20);
  for (const { name, sizeBytes } of await of.storage.list('')) {
    const all = sizeBytes <= smallBytes && !name.startsWith('keys/');
    const places = all ? sizeBytes : name.startsWith('keys/') ? sampledOfKeys : sampled;
    // Sampled, every so manyth byte is.
    for (let place = firstBoundary - 1; place < places; place += every)
      await flipAndExpect(of, name, all ? place : next(sizeBytes), next);
  }
  for (let flips = 0; flips < 100; flips += 1) await flipAndExpect(await withReserve(of), 'reserve', next(4 * 1024 * 1024), next);
});
