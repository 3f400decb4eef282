import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { Command } from 'commander';
import { errorCodes, hasCode, isErrorCode, remedyOf } from '#contract';
import { hostkeepProgram } from '../../main/cli/program.ts';
import { adviceOf } from '../../main/cli/advice.ts';
import { sizeOption } from '../../main/cli/numbers.ts';
import { lineOf } from '../../main/cli/progress-line.ts';
import { tableText, wrapped } from '../../main/cli/text.ts';
import { temporaryFolder } from '../fixtures/environment.ts';

const cli = new URL('../../main/cli/hostkeep.js', import.meta.url).pathname;
const columns = 80;

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

test('every command explains itself, within 80 columns', async () => {
  const all = everyCommand(await hostkeepProgram());
  assert.ok(all.length > 25, `${all.length} commands`);
  for (const command of all) {
    assert.notEqual(command.description(), '', command.name());
    for (const option of command.options) assert.notEqual(option.description, '', `${command.name()} ${option.flags}`);
    const point = command.registeredArguments.find((argument) => argument.name() === 'point');
    assert.notEqual(point?.description, '', `${command.name()}: what a point is`);
    assert.doesNotMatch(command.helpInformation(), /default: (""|\d{6,})/, command.name());
    for (const line of command.helpInformation().split('\n')) assert.ok(line.length <= columns, `${command.name()}: ${line}`);
  }
});

test('a command that is named is found without loading the others', async () => {
  const all = (await hostkeepProgram()).commands.map((command) => command.name());
  for (const name of all) {
    const alone = (await hostkeepProgram(['--json', name, 'x'])).commands.map((command) => command.name());
    assert.ok(alone.includes(name) && alone.length < 6, `${name}: ${alone.join()}`);
  }
  assert.deepEqual((await hostkeepProgram(['lss'])).commands.length, all.length);
});

test('no command takes a secret as an option', async () => {
  for (const command of everyCommand(await hostkeepProgram()))
    for (const option of command.options)
      assert.doesNotMatch(option.flags, /--(pass(word|phrase)|secret|recovery-key)\b(?!-(file|stdin))/, command.name());
});

test('what is wrong with the command itself is told as JSON too, with exit code 2', () => {
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['no-such-command'], 'input/usage'],
    [['points', '--bogus'], 'input/usage'],
    [['cat', 'x'], 'input/usage'],
    [[], 'input/usage'],
    [['points', '--password', 'hunter2'], 'input/secret-argument'],
    [['runs', '--limit', 'many'], 'input/invalid'],
    // What would be passed over is refused: the VM that was named would not be in the backup.
    [['backup', '--image', 'x', '--name', 'y', '--vm', 'z'], 'input/usage'],
    [['backup', '--vm', 'z', '--changed-ranges', 'x'], 'input/usage'],
    [['restore-disk', 'x', '--replace', '--to', 'y'], 'input/usage'],
    [['restore-vm', 'x', '--to', 'y', '--start'], 'input/usage'],
    [['restore-files', 'x', '/disk0', '--zip', 'y', '--resume'], 'input/usage'],
  ];
  for (const [parameters, code] of wrong) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, '--json', ...parameters], { encoding: 'utf8' });
    assert.equal(status, 2, `${parameters.join(' ')}: ${stdout}${stderr}`);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; remedy: string } };
    assert.equal(error.code, code, parameters.join(' '));
    assert.ok(isErrorCode(error.code) && error.message !== '' && error.remedy !== '');
    assert.doesNotMatch(stdout + stderr, /hunter2/, 'the secret is not told again');
  }
});

test('what is wrong with a command names the one whose help helps', () => {
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['no-such-command'], 'hostkeep'],
    [['repo', 'check', '--bogus'], 'hostkeep repo check'],
    [['repo', 'no-such'], 'hostkeep repo'],
    [['cat', 'x'], 'hostkeep cat'],
    [['repo', 'key', 'add-recovery', 'more'], 'hostkeep repo key add-recovery'],
    [['points'], 'hostkeep points'],
  ];
  for (const [parameters, command] of wrong) {
    const { HOSTKEEP_REPO: _none, ...env } = process.env;
    const { stderr } = spawnSync(process.execPath, [cli, ...parameters], { encoding: 'utf8', env });
    assert.match(stderr.replaceAll('\n', ' '), new RegExp(`\`${command} --help\``), parameters.join(' '));
  }
});

test('tables fit 80 columns whatever names there are: the last column goes on below, others are cut', () => {
  const name = 'a virtual machine with a name that somebody chose to be very long indeed, as Hyper-V allows';
  const rows = [
    ['0123456789abcdef', name, '12.3 MiB', `${name}, ${name}`],
    ['0123456789abcdef', 'FS01', '1.0 GiB', 'short'],
  ];
  const lines = tableText(['ID', 'VM', 'SIZE', 'WHAT IT IS'], rows).split('\n');
  for (const line of lines) assert.ok(line.length <= columns, line);
  assert.ok(lines.some((line) => line.includes('\u2026')));
  assert.ok(
    `${name}, ${name}`.split(' ').every((word) => lines.join(' ').includes(word)),
    'nothing of the last column is lost',
  );
  assert.equal(tableText(['A', 'B'], [['1', '2']]), 'A  B\n1  2');
  assert.deepEqual(wrapped('one two three', 7), ['one two', 'three']);
});

test('progress tells share, amount, rate and time left in one line', () => {
  const line = lineOf({ phase: 'FS01', doneBytes: 3 * 2 ** 30, totalBytes: 12 * 2 ** 30 }, 60);
  assert.match(line, /FS01 .*25%.*3\.0 GiB of 12\.0 GiB.*51\.2 MiB\/s.*3 min 0 s left/);
  assert.ok(lineOf({ phase: 'x'.repeat(99), doneBytes: 2 ** 50 - 1, totalBytes: 2 ** 50 }, 0.001).length < columns);
});

test('what is not there is answered with the command that lists what is', () => {
  assert.match(adviceOf({ code: 'input/not-found', details: { point: 'zz' } }), /hostkeep points/);
  assert.match(adviceOf({ code: 'input/not-found', details: { point: 'zz', disk: 7 } }), /hostkeep disks/);
  for (const code of errorCodes) assert.equal(adviceOf({ code, details: {} }), remedyOf(code, {}), 'all others as everywhere');
});

test('a size is read in any unit, and told in the shortest', () => {
  const option = sizeOption('--overlay-limit <size>', 'how much', 64 * 2 ** 30);
  assert.deepEqual([option.defaultValue, option.defaultValueDescription], [64 * 2 ** 30, '64G']);
  const read = (text: string): unknown => option.parseArg!(text, undefined);
  assert.deepEqual(['7', '500M', '2GiB', '1t'].map(read), [7, 500 * 2 ** 20, 2 * 2 ** 30, 2 ** 40]);
  for (const text of ['', '0', '-1', '1.5G', 'many'])
    assert.throws(
      () => read(text),
      (error) => hasCode(error, 'input/invalid'),
      text,
    );
});

test('the passphrase of a repository that stands in the environment is never kept as the password of a mail server', async (context) => {
  const home = await temporaryFolder(context);
  const env = { ...process.env, HOSTKEEP_PASSWORD: 'correct horse battery' };
  const words = [cli, 'notify', 'secret', 'mail', '--home', home];
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /HOSTKEEP_NOTIFY_SECRET/);
});
