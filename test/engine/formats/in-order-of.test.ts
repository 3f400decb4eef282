import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrderOf } from '../../../main/engine/formats/in-order-of.ts';
import { forSeeds } from '../../fixtures/properties.ts';

test('entries are looked up as their records lie, and given in their own order, whatever the numbers of the records', async () => {
  await forSeeds(60, async (next) => {
    const largest = [10, 2 ** 32, 2 ** 50, Number.MAX_SAFE_INTEGER][next(4)]!;
    const places = Array.from({ length: next(200) }, () => {
      const place = Math.floor((next(2 ** 32) / 2 ** 32) * largest);
      return next(20) === 0 ? -place : place;
    });
    const met: number[] = [];
    const found = await inOrderOf(
      places,
      (place) => place,
      (place) => {
        met.push(place);
        return next(2) === 0 ? place : Promise.resolve(place);
      },
    );
    assert.deepEqual(found, places);
    assert.deepEqual(
      met,
      places.toSorted((a, b) => a - b),
    );
  });
});
