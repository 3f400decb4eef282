import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileAddress, fileNameFor, folderOf, nameOf } from '../../renderer/format/addresses.ts';
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

test('a name with half a letter has an address all the same', () => {
  assert.equal(
    fileAddress({ repository: 'r', point: 'p' }, '/disk0/part1/a\ud800/ö.txt'),
    '/restore/r/p/files?path=%2Fdisk0%2Fpart1%2Fa%EF%BF%BD&file=%C3%B6.txt',
  );
});

test('a file that is named for a VM lies in the folder that was chosen, whatever the VM is called', () => {
  assert.equal(fileNameFor('FS01'), 'FS01');
  assert.equal(fileNameFor('..\\..\\Windows\\x'), '_.._.._Windows_x'.replace('_.._', '__'));
  for (const name of ['../../etc/x', '..\\x', 'C:\\x', 'a/b', '..', 'x\r\ny:z'])
    assert.doesNotMatch(fileNameFor(name), /[\\/:\r\n]|^\.\.?$/, name);
});
