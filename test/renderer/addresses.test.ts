import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileAddress, folderOf, nameOf } from '../../renderer/format/addresses.ts';
import { addressOfSearch, searchOf } from '../../renderer/pages/search/search-address.ts';

const repository = 'ab'.repeat(16);

test('a search comes back from its address as it was, whatever is in the name', () => {
  for (const pattern of ['*.docx', 'a&b=c#d?', 'Übersicht 100%', 'desktop/*.pdf'])
    for (const vm of [null, 'FS01'])
      for (const since of [null, 1_700_000_000_000]) {
        const wanted = { repository, pattern, vm, since };
        const address = new URL(addressOfSearch(wanted), 'http://127.0.0.1');
        assert.deepEqual(searchOf(address.searchParams, 'other'), wanted);
      }
});

test('an address that nobody made asks for nothing, or for what can be understood of it', () => {
  assert.equal(searchOf(new URLSearchParams(), null), null);
  assert.deepEqual(searchOf(new URLSearchParams({ name: 'x', since: 'yesterday' }), repository), {
    repository,
    pattern: 'x',
    vm: null,
    since: null,
  });
});

test('the address of a file names its folder and the file, so that both can hold anything', () => {
  const path = '/disk0/part2/Users/a&b/100% #1?.txt';
  const address = new URL(fileAddress({ repository, point: '0'.repeat(16) }, path), 'http://127.0.0.1');
  assert.equal(address.searchParams.get('path'), folderOf(path));
  assert.equal(address.searchParams.get('file'), nameOf(path));
  assert.equal(`${folderOf(path)}/${nameOf(path)}`, path);
});
