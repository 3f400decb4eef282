import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipFiles } from '../../renderer/pages/restore/zip-files.ts';

test('a zip lies in the folder that was chosen, with the ending of a zip once', () => {
  assert.deepEqual(zipFiles('/back', 'letters', 1), ['/back/letters.zip']);
  assert.deepEqual(zipFiles('C:\\Back\\', 'letters.ZIP', 1), ['C:\\Back\\letters.zip']);
  assert.deepEqual(zipFiles('/back', 'letters', 0), ['/back/letters.zip'], 'while nothing is picked yet');
});

test('files of several restore points get a zip each', () => {
  assert.deepEqual(zipFiles('/back', 'letters.zip', 2), ['/back/letters-1.zip', '/back/letters-2.zip']);
});

test('a name that leads elsewhere is none', () => {
  for (const name of ['', ' ', '.zip', '..', '../letters', 'a/b', 'a\\b', 'C:letters', 'a?'])
    assert.equal(zipFiles('/back', name, 1), null, name);
});
