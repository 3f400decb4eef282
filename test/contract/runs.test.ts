import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againBy } from '#contract';

test('a console does again what it asked for itself, and what a job or a drill did by its own passphrase', () => {
  assert.equal(againBy({ command: ['backup', '--vm', 'FS01', '--repo', '/nas'], lines: [] }), 'run');
  assert.equal(againBy({ command: ['job', 'run', 'Nightly'], lines: [] }), 'by-schedule');
});

test('what somebody typed is not done again from elsewhere, nor what needs a secret that is kept nowhere', () => {
  assert.equal(againBy({ command: ['restore-files', 'p', '/a', '--to', 'here'], lines: [], typed: true }), 'not');
  assert.equal(againBy({ command: ['publish', 'p', '--chap-user', 'u', '--chap-secret-stdin'], lines: [] }), 'not');
});
