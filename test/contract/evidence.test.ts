import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evidenceSchema, evidenceSentenceText, parseInput, resultOfSeries, type VerifiedPoint } from '#contract';

const check = { check: 'boot-files', subject: '/disk0', verdict: 'passed', says: 'Read whole, 10 bytes.', code: null };
const report = {
  version: 1,
  point: '0123456789abcdef',
  at: 1,
  durationMs: 1,
  depth: 'sample',
  grade: 'passed',
  notCovered: '',
  reading: { files: 0, bytes: 0, ofFiles: null, ofBytes: null, rule: '', seed: '' },
  by: 'test',
};
const sentenceOf = (given: object): unknown =>
  parseInput(evidenceSchema, { ...report, checks: [{ ...check, ...given }] }).checks[0]!.sentence;

test('a report of a version without sentences by id, or with one that is not known here, is told by its English', () => {
  assert.equal(sentenceOf({}), null);
  assert.equal(sentenceOf({ sentence: null }), null);
  assert.equal(sentenceOf({ sentence: { id: 'of another version', values: {} } }), null);
  assert.equal(sentenceOf({ sentence: { id: 'toString', values: {} } }), null);
  const known = { id: 'boot-read', values: { bytes: 10 } } as const;
  assert.deepEqual(sentenceOf({ sentence: known }), known);
  assert.equal(evidenceSentenceText(known), check.says);
});

test('a value of a guest is put into its sentence as it is, whatever it looks like', () => {
  const values = { name: '{{version}} $& $1', version: '1' };
  assert.equal(evidenceSentenceText({ id: 'sql-closed', values }), 'SQL Server database "{{version}} $& $1", version 1, closed.');
});

test('a run of several verifications ends as its worst', () => {
  const one = (grade: VerifiedPoint['grade'], error: VerifiedPoint['error'] = null): VerifiedPoint => ({
    point: '0',
    vm: 'A',
    time: 0,
    depth: 'sample',
    grade,
    files: 0,
    error,
  });
  const full = { code: 'storage/full', message: '', details: {} } as const;
  assert.equal(resultOfSeries([one('passed'), one('limited')]), 'success');
  assert.equal(resultOfSeries([one('passed'), one('passed', full)]), 'warning', 'a report that could not be kept');
  assert.equal(resultOfSeries([one('warning'), one('failed', full)]), 'failed');
  assert.equal(resultOfSeries([one('passed'), one(null, full)]), 'failed');
});
