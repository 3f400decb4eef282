import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesText } from '../../renderer/format/run-title.ts';

const say = (_key: string, values?: Readonly<Record<string, string | number>>): string =>
  `${values?.['names']} +${values?.['count']}`;

test('a heading names VMs as long as there is room, and counts the others', () => {
  const [short, long] = ['FS01', 'a name of a virtual machine that takes half of a whole line'];
  assert.equal(namesText(say, [short, 'APP01', 'LNX01']), 'FS01, APP01, LNX01');
  assert.equal(namesText(say, [short, 'APP01', 'LNX01', 'DC01']), 'FS01, APP01, LNX01 +1');
  assert.equal(namesText(say, [long, short, short]), `${long} +2`);
  assert.equal(namesText(say, [long]), long, 'one is always named whole');
  assert.equal(namesText(say, []), '');
});
