import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../fixtures/command-line.ts';
import { onTerminal } from '../fixtures/terminal.ts';
import { needs } from '../fixtures/tools.ts';

interface Key {
  readonly id: string;
  readonly kind: string;
  readonly used: boolean;
}

test('a passphrase is changed by command, and jobs that read the old one from a file are named', async (context) => {
  const { folder, json, run, repo, secretFile } = await commandLine(context);
  await json('job', 'create', 'Nightly', '--all', '--repo', repo, '--passphrase-file', secretFile);
  const file = join(folder, 'new');
  await writeFile(file, 'short\n');
  const short = await run('repo', 'key', 'change-passphrase', '--new-password-file', file);
  assert.equal(short.status, 2, short.stderr);
  await writeFile(file, 'a longer passphrase\nand a remark\n');
  const changed = await json<{ kept: boolean; files: string[] }>('repo', 'key', 'change-passphrase', '--new-password-file', file);
  assert.deepEqual([changed.kept, changed.files], [false, [secretFile]]);
  assert.equal((await run('points')).status, 0, 'the recovery key opens it as before');
  const newer = join(folder, 'newer');
  await writeFile(newer, 'a newer passphrase\n');
  const withNew = ['--password-file', newer] as const;
  await json('--password-file', file, 'repo', 'key', 'change-passphrase', '--new-password-file', newer);
  const old = await run('--password-file', file, 'points');
  assert.match(old.stderr, /^hostkeep: The passphrase or recovery key does not open this repository\.\n/);
  const keys = await json<Key[]>(...withNew, 'repo', 'key', 'list');
  assert.deepEqual(keys.map(({ kind }) => kind).toSorted(), ['passphrase', 'recovery']);
  const recovery = keys.find(({ kind }) => kind === 'recovery')!;
  await json(...withNew, 'repo', 'key', 'remove', recovery.id);
  const last = await run(...withNew, 'repo', 'key', 'remove', keys.find(({ kind }) => kind === 'passphrase')!.id);
  assert.deepEqual([last.status, /last key/.test(last.stderr)], [1, true], last.stderr);
  const unknown = await run(...withNew, 'repo', 'key', 'remove', recovery.id);
  assert.deepEqual([unknown.status, /`hostkeep repo key list`/.test(unknown.stderr)], [2, true], unknown.stderr);
});

test('on a terminal a new passphrase is asked for twice, and nothing is made where the two differ', async (context) => {
  if (!needs(context, { python3: 'python3' })) return;
  if (process.platform === 'win32') return context.skip('needs a terminal of Unix');
  const { folder, env } = await commandLine(context, { lab: false });
  const { HOSTKEEP_PASSWORD: _, ...asked } = env;
  const made = join(folder, 'made');
  const init = ['repo', 'init', made];
  const differ = await onTerminal(asked, ['correct-horse', 'correct-house'], init);
  assert.equal(differ.status, 2, differ.seen);
  assert.match(differ.seen, /the two entries differ/);
  assert.equal(existsSync(made), false);
  const same = await onTerminal(asked, ['correct-horse', 'correct-horse'], init);
  assert.equal(same.status, 0, same.seen);
  assert.doesNotMatch(same.seen, /correct-horse/);
  const changed = await onTerminal(
    { ...asked, HOSTKEEP_REPO: made },
    ['correct-horse', 'battery-staple', 'battery-staple'],
    ['repo', 'key', 'change-passphrase'],
  );
  assert.equal(changed.status, 0, changed.seen);
  assert.match(changed.seen, /The passphrase is changed/);
});
