import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../fixtures/command-line.ts';
import { noise } from '../fixtures/environment.ts';
import { onTerminal } from '../fixtures/terminal.ts';
import { needs } from '../fixtures/tools.ts';

test('on a terminal the passphrase is asked for and not shown, and progress is told in one line; elsewhere there is none', async (context) => {
  if (!needs(context, { python3: 'python3' })) return;
  if (process.platform === 'win32') return context.skip('needs a terminal of Unix');
  const { folder, env, secret, run } = await commandLine(context, { lab: false });
  const image = join(folder, 'disk.raw');
  await writeFile(image, Buffer.concat([noise(6 * 1024 * 1024, 1), Buffer.alloc(16 * 1024 * 1024, 'text ')]));
  const backup = ['backup', '--image', image, '--name', 'VM1'];
  const { HOSTKEEP_PASSWORD: _, ...asked } = env;
  const { status, seen } = await onTerminal(asked, [secret], backup);
  assert.equal(status, 0, seen);
  assert.match(seen, /Passphrase or recovery key: /);
  assert.ok(!seen.includes(secret), 'it is not shown');
  assert.match(seen, /\r.*read +\d+%  [\d.]+ \S+ of 22\.0 MiB  [\d.]+ \S+\/s/);
  assert.match(seen, /Run [0-9a-f]+: success/);
  const elsewhere = await run(...backup);
  assert.deepEqual([elsewhere.status, elsewhere.stderr], [0, '']);
  assert.doesNotMatch(elsewhere.stdout, /\r|%  /);
});

test('whatever a VM, a file or a path is called, nothing that is printed moves the cursor', async (context) => {
  const { folder, run } = await commandLine(context, { lab: false });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(1024 * 1024, 1));
  const name = 'V\u001b[2J\u009b1mM';
  const made = await run('backup', '--image', image, '--name', name);
  assert.equal(made.status, 0, made.stderr);
  const listed = await run('points');
  assert.match(listed.stdout, /V\?\[2J\?1mM/);
  const missed = await run('ls', name, '/disk0/part0/\u001b[2J');
  assert.notEqual(missed.status, 0);
  const unknown = await run('restore-vm', '\u001b]0;title\u0007', '--to', folder);
  assert.match(unknown.stderr, /\?\]0;title\?/);
  for (const { stdout, stderr } of [made, listed, missed, unknown]) assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n]/u);
});
