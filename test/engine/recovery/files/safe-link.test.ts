import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeLinkTarget } from '../../../../main/engine/recovery/files/safe-link.ts';

test('a link that begins at a drive once its dots are taken away leads elsewhere', () => {
  for (const target of ['c:/Windows', './c:/Windows', '.\\c:\\Windows', './/.//C:', '.\\.\\d:secret'])
    assert.equal(safeLinkTarget(target, 3, true), undefined, target);
  assert.equal(safeLinkTarget('./c:/Windows', 3, false), undefined, 'of a Linux guest, restored on Windows');
});

test('a link stays below the target, from the folder that it is in', () => {
  assert.equal(safeLinkTarget('./docs/a.txt', 0, true), 'docs/a.txt');
  assert.equal(safeLinkTarget('../docs', 1, false), '../docs');
  assert.equal(safeLinkTarget('../docs', 0, false), undefined);
  assert.equal(safeLinkTarget('docs/../../..', 5, false), undefined);
  assert.equal(safeLinkTarget('/etc', 5, false), undefined);
  assert.equal(safeLinkTarget('.', 0, false), '.');
});
