import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { parsePattern, type CatalogRow } from '#engine/catalog';
import { parseBlock } from '../../../main/engine/catalog/read-block.ts';
import { writeBlock } from '../../../main/engine/catalog/write-block.ts';
import { numberReader, numberWriter } from '../../../main/engine/catalog/numbers.ts';
import { matchesIn } from '../../../main/engine/catalog/search-layer.ts';
import { overlapBytes } from '../../../main/engine/catalog/touched.ts';

const row = (name: string, more: Partial<CatalogRow> = {}): CatalogRow => ({
  id: 5,
  parentId: 2,
  name,
  type: 'file',
  sizeBytes: 0,
  modified: null,
  unreadable: null,
  metadataOffset: null,
  places: [],
  ...more,
});

test('Numbers come back as they were written, the largest and the negative ones too', () => {
  const numbers = [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 31, 2 ** 32 + 5, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER];
  const out = numberWriter();
  for (const number of numbers) {
    out.unsigned(number);
    out.signed(number);
    out.signed(-number);
  }
  const reader = numberReader(out.bytes());
  for (const number of numbers) {
    assert.equal(reader.unsigned(), number);
    assert.equal(reader.signed(), number);
    assert.equal(reader.signed() + 0, number === 0 ? 0 : -number);
  }
  assert.ok(reader.atEnd());
  assert.throws(() => reader.unsigned(), { code: 'repository/catalog-damaged' });
});

const rows: readonly CatalogRow[] = [
  row('', { id: 5, parentId: 5, type: 'folder', metadataOffset: 4096 }),
  row('Report.docx', { id: 2 ** 40, sizeBytes: 2 ** 50, modified: 1_700_000_000_000, places: [{ offset: 512, length: 1024 }] }),
  row('report.DOCX', { modified: -5, unreadable: 'format/file-encrypted' }),
  row('Cafe\u0301 \u0130stanbul'),
  row('lone \ud800 half', { type: 'symlink' }),
  row('with\0zero', { type: 'other' }),
  row('\u00dcbersicht.xlsx', {
    places: [
      { offset: 1024, length: 512 },
      { offset: 0, length: 512 },
    ],
  }),
  row('.hidden', { unreadable: 'format/file-offline' }),
];

test('A block gives its rows back as they were, whatever the names hold', () => {
  const block = parseBlock(writeBlock(rows));
  assert.deepEqual(block.rows(), rows);
  assert.deepEqual(parseBlock(writeBlock(rows.slice(0, 2))).find(2 ** 40), rows[1]);
  assert.equal(parseBlock(writeBlock(rows.slice(0, 2))).find(6), undefined);
});

test('A block that was cut off or changed is damaged, never other rows without end', () => {
  const parts = writeBlock(rows);
  for (let length = 0; length < parts.rows.length; length += 1) {
    try {
      parseBlock({ ...parts, rows: parts.rows.subarray(0, length) }).rows();
      assert.fail(`${length} bytes of rows were taken for all`);
    } catch (error) {
      assert.ok(hasCode(error, 'repository/catalog-damaged'), String(error));
    }
  }
});

const found = (pattern: string): readonly string[] =>
  matchesIn(writeBlock(rows).names, parsePattern(pattern)).map((at) => rows[at]!.name);

test('Part of a name, a wildcard, and letters in other cases and forms find what they should', () => {
  assert.deepEqual(found('port'), ['Report.docx', 'report.DOCX']);
  assert.deepEqual(found('REPORT.docx'), ['Report.docx', 'report.DOCX']);
  assert.deepEqual(found('*.docx'), ['Report.docx', 'report.DOCX']);
  assert.deepEqual(found('r?port.*'), ['Report.docx', 'report.DOCX']);
  assert.deepEqual(found('eport.docx*'), []);
  assert.deepEqual(found('caf\u00e9*'), ['Cafe\u0301 \u0130stanbul']);
  assert.deepEqual(found('\u00fcbersicht'), ['\u00dcbersicht.xlsx']);
  assert.deepEqual(found('.hid'), ['.hidden']);
  assert.deepEqual(
    found('*'),
    rows.slice(1).map(({ name }) => name),
  );
  assert.deepEqual(found('???'), []);
});

test('A pattern with folders is held against the end of the path, or all of it', () => {
  const path = (pattern: string, candidate: string): boolean => parsePattern(pattern).matchesPath!(candidate);
  assert.ok(path('desktop/*.docx', '/Users/ada/Desktop/Plan.docx'));
  assert.ok(path('Users\\*\\Desktop\\*.docx', '/Users/ada/Desktop/Plan.docx'));
  assert.ok(!path('users/*.docx', '/Users/ada/Desktop/Plan.docx'));
  assert.ok(path('/users/*/desktop/*', '/Users/ada/Desktop/Plan.docx'));
  assert.ok(!path('/desktop/*', '/Users/ada/Desktop/Plan.docx'));
  assert.equal(parsePattern('plan').matchesPath, undefined);
  for (const bad of ['', '/', 'folder/', 'x'.repeat(2000)]) assert.throws(() => parsePattern(bad), { code: 'input/invalid' });
});

test('A pattern of many stars costs no more than its length times that of the name', () => {
  const started = process.cpuUsage();
  assert.equal(parsePattern(`${'*a'.repeat(200)}b`).matchesName('a'.repeat(5000)), false);
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});

test('How much of a range changed is counted over all ranges that it meets', () => {
  const ranges = [
    { offset: 10, length: 10 },
    { offset: 30, length: 10 },
  ];
  assert.equal(overlapBytes(ranges, { offset: 0, length: 10 }), 0);
  assert.equal(overlapBytes(ranges, { offset: 15, length: 20 }), 10);
  assert.equal(overlapBytes(ranges, { offset: 0, length: 100 }), 20);
  assert.equal(overlapBytes(ranges, { offset: 40, length: 1 }), 0);
});
