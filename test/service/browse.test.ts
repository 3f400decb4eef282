import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileRowLimit } from '#contract';
import type { GuestVolumes } from '#engine/recovery';
import { listFolder } from '../../main/service/console/browse.ts';
import { firstOf } from '../../main/service/console/first-of.ts';

const count = 60_000;

/** A folder with so many names, in no order. */
function longFolder(): Pick<GuestVolumes, 'find'> {
  const node = { id: 5, name: '', type: 'folder', sizeBytes: 0, modified: null, unreadable: null } as const;
  const nodes = Array.from({ length: count }, (_, at) => {
    const number = (at * 7919) % count;
    return {
      ...node,
      id: 10 + number,
      name: `Invoice ${number}`,
      type: number % 1000 === 999 ? ('folder' as const) : ('file' as const),
    };
  });
  const fileSystem = { list: async () => nodes };
  return { find: async () => ({ fileSystem, node }) } as unknown as Pick<GuestVolumes, 'find'>;
}

test('of a long folder the first entries are given in their order, folders before files, and how many there are', async () => {
  const volumes = longFolder();
  const view = await listFolder(volumes, { path: '/disk0/part1/mail', name: null });
  assert.deepEqual([view.entries.length, view.fitting, view.total], [fileRowLimit, count, count]);
  const names = view.entries.map(({ name }) => name);
  const expected = [
    ...Array.from({ length: 60 }, (_, at) => `Invoice ${at * 1000 + 999}`),
    ...Array.from({ length: fileRowLimit + 60 }, (_, at) => at)
      .filter((number) => number % 1000 !== 999)
      .map((number) => `Invoice ${number}`),
  ];
  assert.deepEqual(names, expected.slice(0, fileRowLimit));
  const some = await listFolder(volumes, { path: '/disk0/part1/mail', name: 'VOICE 5999' });
  assert.deepEqual(
    [some.entries.map(({ name }) => name).slice(0, 3), some.fitting, some.total],
    [['Invoice 5999', 'Invoice 59999', 'Invoice 59990'], 11, count],
  );
  const last = await listFolder(volumes, { path: '/disk0/part1/mail', name: 'nobody' });
  assert.deepEqual([last.entries, last.fitting, last.total], [[], 0, count]);
});

test('the first of many are those that sorting all of them would give, and others have their turn meanwhile', async () => {
  const numbers = Array.from({ length: 30_000 }, (_, at) => (at * 7919) % 30_011);
  const byValue = (a: number, b: number): number => a - b;
  for (const most of [1, 7, 1000, 30_000, 50_000])
    assert.deepEqual(await firstOf(numbers, most, byValue), numbers.toSorted(byValue).slice(0, most), String(most));
  assert.deepEqual(await firstOf([], 5, byValue), []);
  let isOver = false;
  const turn = new Promise<boolean>((resolve) => setImmediate(() => resolve(isOver)));
  await firstOf(numbers, 10, byValue);
  isOver = true;
  assert.equal(await turn, false, 'it was not over when others had their turn');
});
