import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  checkSentences,
  entryOf,
  errorCodes,
  evidenceSentences,
  isErrorCode,
  volumeNotes,
  type CheckSentenceId,
  type VolumeNoteId,
} from '#contract';
import { germanChecks } from '../../renderer/texts/checks-de.ts';
import { germanEvidence } from '../../renderer/texts/evidence-de.ts';
import { germanTold } from '../../renderer/texts/told-de.ts';
import { germanVolumeNotes } from '../../renderer/texts/volume-notes-de.ts';
import { errorText, germanErrors } from '#contract/errors-de';
import { toldInGerman } from '../../renderer/components/told.ts';
import { consoleRouter } from '../../main/service/console/router.ts';
import { shellTexts } from '../../main/electron/shell-texts.ts';
import { texts } from '../../renderer/texts/index.ts';

const renderer = new URL('../../renderer', import.meta.url).pathname;
const pairs = Object.entries(texts as Readonly<Record<string, readonly [string, string]>>);

const placesIn = (text: string): readonly string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).toSorted();

test('every text is there in English and German, with the same values in it', () => {
  for (const [key, both] of pairs) {
    assert.equal(both.length, 2, key);
    for (const text of both) assert.ok(text.trim() !== '' && text === text.trim(), `${key}: "${text}"`);
    // A plural form may leave out the number.
    const [english, german] = both.map(placesIn);
    assert.deepEqual(german, english, key);
  }
});

test('no key of a text is given twice', async () => {
  const folder = join(renderer, 'texts');
  const seen = new Set<string>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.ts') && name !== 'index.ts'))
    for (const part of Object.values((await import(join(folder, file))) as Readonly<Record<string, object>>))
      for (const key of Array.isArray(part) ? [] : Object.keys(part)) {
        assert.ok(!seen.has(key), `${file}: ${key}`);
        if (key in texts) seen.add(key);
      }
  assert.equal(seen.size, pairs.length);
});

test('every error is told in German too, with the same details filled in', () => {
  for (const code of errorCodes) {
    const german = germanErrors[code];
    assert.ok(german !== undefined, `main/contract/errors-de has nothing for ${code}`);
    const [says, remedy] = german;
    for (const text of german) assert.ok(text.trim() !== '' && text === text.trim(), `${code}: "${text}"`);
    assert.notEqual(says, entryOf(code).says, code);
    const details = (text: string): readonly string[] => [...text.matchAll(/<(\w+)>/g)].map(([, name]) => name!);
    assert.deepEqual(details(remedy), details(entryOf(code).remedy), code);
  }
  assert.deepEqual(
    Object.keys(germanErrors).filter((code) => !isErrorCode(code)),
    [],
    'what no error has any more',
  );
});

test('the facts of an error are told apart from its sentence, whatever brackets either has', () => {
  for (const code of errorCodes) {
    const { says } = entryOf(code);
    const [bare, full] = [says, `${says} (path a (b). c)`].map((message) =>
      errorText({ code, message, details: {}, remedy: '' }, 'en'),
    );
    assert.deepEqual([bare?.says, bare?.facts, full?.says, full?.facts], [says, '', says, 'path a (b). c'], code);
  }
});

test('every sentence of a verification is told in German too, with the same values in it', () => {
  for (const [id, english] of Object.entries(evidenceSentences)) {
    const german = germanEvidence[id as keyof typeof germanEvidence];
    assert.ok(german !== undefined && german.trim() === german, `renderer/texts/evidence-de has nothing for ${id}`);
    assert.deepEqual(placesIn(german), placesIn(english), id);
  }
  assert.deepEqual(Object.keys(germanEvidence).toSorted(), Object.keys(evidenceSentences).toSorted());
});

test('every note of a volume and every check is told in German too, with the same values in it', () => {
  const pairsOf = (id: string, both: readonly (readonly [english: string, german: string | undefined])[]): void => {
    for (const [english, german] of both) {
      assert.ok(german !== undefined && german.trim() === german && (german === '') === (english === ''), `${id}: "${german}"`);
      assert.deepEqual(placesIn(german), placesIn(english), id);
    }
  };
  for (const [id, english] of Object.entries(volumeNotes)) pairsOf(id, [[english, germanVolumeNotes[id as VolumeNoteId]]]);
  for (const [id, [says, remedy]] of Object.entries(checkSentences)) {
    const german = germanChecks[id as CheckSentenceId];
    pairsOf(id, [
      [says, german[0]],
      [remedy, german[1]],
    ]);
  }
  assert.deepEqual(Object.keys(germanVolumeNotes).toSorted(), Object.keys(volumeNotes).toSorted());
  assert.deepEqual(Object.keys(germanChecks).toSorted(), Object.keys(checkSentences).toSorted());
});

test('what runs tell of themselves is told in German by its English, which the sources still say', async () => {
  const main = new URL('../../main', import.meta.url).pathname;
  const files = (await readdir(main, { recursive: true })).filter((name) => /\.(ts|ps1)$/.test(name));
  const sources = (await Promise.all(files.map((file) => readFile(join(main, file), 'utf8')))).join('\n');
  const seen = new Set<string>();
  for (const [english, german] of germanTold) {
    assert.ok(!seen.has(english), english);
    seen.add(english);
    assert.deepEqual(placesIn(german), placesIn(english), english);
    for (const piece of english.split(/\{\{\w+\}\}/).map((one) => one.trim()))
      assert.ok(piece.length < 3 || sources.includes(piece), `nothing says "${piece}" any more`);
  }
});

test('what is put into a sentence is told in German too, and what is not known stays as it is', () => {
  const told: Readonly<Record<string, string>> = {
    'everything read: the reference point is gone from the host':
      'alles gelesen: der Referenzpunkt ist auf dem Host nicht mehr da',
    'crash consistency only: SqlServerWriter failed at flush': 'Konsistenz nur: Absturz; SqlServerWriter scheiterte bei flush',
    'rights: Access is denied; owner': 'Rechte: Access is denied; Besitzer',
    'LNX01: crash consistency only: no reason given': 'LNX01: Konsistenz nur: Absturz; ohne Angabe eines Grundes',
    'imported, identity 1': 'importiert, Identität 1',
    'Backup of FS01 failed: A writer in the guest failed. (vm FS01)':
      'Sicherung von FS01 gescheitert: Ein Writer im Gast ist gescheitert. (vm FS01)',
    'No checkpoint lies over the disks. The VM is busy (Merging).':
      'Kein Prüfpunkt liegt über den Datenträgern. Die VM ist beschäftigt (Merging).',
    'HV02 (compact, process 4711) has had a lock here since 2026-11-30T22:00:00.000Z; nobody has refreshed it for half an hour. It is watched for five minutes, and removed if it stays as it is. If you know that nobody works there: hostkeep repo unlock --all':
      'HV02 (compact, Prozess 4711) hält hier eine Sperre seit 2026-11-30T22:00:00.000Z; seit einer halben Stunde hat niemand sie erneuert. Sie wird fünf Minuten beobachtet und entfernt, wenn sich nichts ändert. Wenn Sie wissen, dass dort niemand arbeitet: hostkeep repo unlock --all',
    'C:\\VMs\\a: b': 'C:\\VMs\\a: b',
    'A message of Windows, as it came.': 'A message of Windows, as it came.',
  };
  for (const [english, german] of Object.entries(told)) assert.equal(toldInGerman(english), german);
});

test('plural forms are complete', () => {
  const bases = new Set(pairs.flatMap(([key]) => (/_(?:zero|one|other)$/.test(key) ? [key.replace(/_\w+$/, '')] : [])));
  for (const base of bases)
    for (const form of ['one', 'other']) assert.ok(`${base}_${form}` in texts, `${base}_${form} is missing`);
});

test('every deed that can be logged has a text', () => {
  for (const [path, procedure] of Object.entries(consoleRouter._def.procedures)) {
    const { meta } = (procedure as unknown as { readonly _def: { readonly meta?: { readonly action: string } } })._def;
    if (meta !== undefined) assert.ok(`deed.${meta.action}` in texts, `${path}: deed.${meta.action}`);
  }
});

/** Text between tags, and in the attributes that people read or hear. */
const shown = [
  />\s*([^<>{}()=;&|]*[A-Za-zÀ-ž]{2,}[^<>{}()=;&|]*)\s*<\//g,
  /\b(?:aria-label|title|placeholder|label|hint|alt)="([^"]*)"/g,
];
/** Names that are the same everywhere. */
const names = new Set(['Hostkeep', 'English', 'Deutsch', 'VHDX', 'https://']);

test('no page has a text of its own: all come from the two languages', async () => {
  const files = (await readdir(renderer, { recursive: true })).filter((name) => name.endsWith('.tsx'));
  assert.ok(files.length > 40);
  for (const file of files) {
    const source = (await readFile(join(renderer, file), 'utf8')).replaceAll(/(?<=^|\s)\/\/ .*$|\/\*[\s\S]*?\*\//gm, '');
    for (const pattern of shown)
      for (const [, text] of source.matchAll(pattern)) assert.ok(names.has(text!.trim()), `${file}: "${text!.trim()}"`);
  }
});

test('the shell speaks both languages, and fills in what it is given', () => {
  const [english, german] = [shellTexts('en'), shellTexts('de')];
  assert.equal(english('tray.running', { percent: '7 %' }), 'Hostkeep: running, 7 %');
  assert.equal(german('tray.running', { percent: '7 %' }), 'Hostkeep: läuft, 7 %');
  assert.notEqual(english('close.body'), german('close.body'));
});
