import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentForm, momentText, parseMoment } from '../../renderer/format/moments.ts';

test('a day is written in the form of the language, and that form is read back', () => {
  for (const [kind, iso] of [
    ['date', '2026-11-05'],
    ['moment', '2026-11-05T08:00'],
    ['time', '22:30'],
  ] as const)
    for (const language of ['en', 'de'] as const) {
      const text = momentText(kind, iso, language);
      assert.equal(parseMoment(kind, text), iso, text);
      assert.equal(text.length, momentForm(kind, language).length, `${text} looks like ${momentForm(kind, language)}`);
      assert.equal(momentText(kind, '', language), '');
    }
  assert.equal(momentText('date', '2026-11-05', 'de'), '05.11.2026');
});

test('short forms are understood, and nothing is nothing', () => {
  assert.equal(parseMoment('time', '7:05'), '07:05');
  assert.equal(parseMoment('time', ' 7.05 '), '07:05');
  assert.equal(parseMoment('date', '5.11.2026'), '2026-11-05');
  assert.equal(parseMoment('moment', '5.11.2026  8:00'), '2026-11-05T08:00');
  for (const kind of ['time', 'date', 'moment'] as const) assert.equal(parseMoment(kind, ' '), '');
});

test('what is no day or time is none', () => {
  for (const text of ['24:00', '12:60', '12', '1:2', 'noon']) assert.equal(parseMoment('time', text), null, text);
  for (const text of ['31.11.2026', '2026-02-29', '30/11/2026', '2026-13-01', '1.1.26', 'x'])
    assert.equal(parseMoment('date', text), null, text);
  for (const text of ['2026-11-05', '8:00', '2026-11-05T08:00 more', '2026-11-05 25:00'])
    assert.equal(parseMoment('moment', text), null, text);
});
