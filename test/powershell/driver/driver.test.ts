import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { hasCode } from '#contract';
import { startPowerShell, type PowerShell } from '#host';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { ask } from './fake-engine.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : false;
const folder = await mkdtemp(join(tmpdir(), 'hostkeep-driver-'));
const operations = join(folder, 'operations');
const log: string[] = [];
let shell: PowerShell;

/** The scripts of these tests, in place of the product's. */
const scripts: Readonly<Record<string, string>> = {
  echo: 'Invoke-Operation $Request { param($Wanted) @{ text = $Wanted.text; length = ([string]$Wanted.text).Length } }',
  hang: `$Wanted = ConvertFrom-Json $Request
    try { while ($true) { Start-Sleep -Milliseconds 20; Send-Event @{ beat = 1 } } } finally { [IO.File]::WriteAllText($Wanted.mark, 'stopped') }`,
  stubborn: 'try { while ($true) { Start-Sleep -Milliseconds 20 } } finally { while ($true) { [Threading.Thread]::Sleep(20) } }',
  crash: "[Console]::Error.WriteLine('the end is near'); [Console]::Error.Flush(); [Environment]::Exit(3)",
  noise: '[Console]::Out.WriteLine(\'garbage {"id":1}\'); Write-Output \'{"value":1}\'',
  warn: "Write-Warning 'mind the gap'; Write-Output '{\"value\":1}'",
  twice: "Write-Output '1'; Write-Output '2'",
  throws: "throw 'never caught'",
  wide: 'Invoke-Operation $Request { param($Wanted) @{ text = ([char]0xe4 + "x") * 2000000 } }',
};

if (engine !== null) {
  await mkdir(operations);
  for (const [name, text] of Object.entries(scripts))
    await writeFile(join(operations, `${name}.ps1`), `param([string]$Request)\n${text}\n`);
  shell = startPowerShell({
    executable: engine.executable,
    operations,
    connection: null,
    stopGraceMs: 5000,
    log: {
      info: (message) => void log.push(message),
      warn: (message, facts) => void log.push(`${message} ${JSON.stringify(facts)}`),
    },
    // As bad as a console can be: no UTF-8 anywhere.
    environment: { LC_ALL: 'C', LANG: 'C', DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
  });
}
after(async () => {
  await shell?.close();
  await rm(folder, { recursive: true, force: true });
});

test('text goes both ways as UTF-8, whatever the code page of the console', { skip }, async () => {
  const text = '\u00c4\u00d6\u00dc \u6f22\u5b57 \u{1F600} "quotes" \'single\' `tick` $(Get-VM) [a-z]* \u2028 \r\n\t\\';
  assert.deepEqual(await ask(shell, 'echo', { request: { text } }), { value: { text, length: text.length } });
});

test('four million characters come back', { skip }, async () => {
  assert.equal(((await ask(shell, 'wide')) as { value: { text: string } }).value.text.length, 4_000_000);
});

test('a cancel stops the operation where it runs, its finally blocks included, and the process goes on', { skip }, async () => {
  const mark = join(folder, 'cancelled');
  const controller = new AbortController();
  const running = shell.invoke({
    operation: 'hang',
    request: { mark },
    timeoutMs: 60_000,
    signal: controller.signal,
    onEvent: () => controller.abort(),
  });
  await assert.rejects(running, (error) => hasCode(error, 'input/cancelled'));
  assert.equal(await readFile(mark, 'utf8'), 'stopped');
  assert.deepEqual(await ask(shell, 'echo', { request: { text: 'a' } }), { value: { text: 'a', length: 1 } });
});

test('a time-out stops the operation where it runs', { skip }, async () => {
  // However busy the machine is, one of these is long enough for the script to begin.
  for (let timeoutMs = 500; ; timeoutMs *= 4) {
    const mark = join(folder, `timed-out-${timeoutMs}`);
    await assert.rejects(ask(shell, 'hang', { request: { mark }, timeoutMs }), (error) => hasCode(error, 'host/timeout'));
    const marked = await readFile(mark, 'utf8').catch(() => undefined);
    if (marked === undefined && timeoutMs < 30_000) continue;
    assert.equal(marked, 'stopped');
    return;
  }
});

test('an operation that will not stop loses its process', { skip }, async () => {
  await assert.rejects(ask(shell, 'stubborn', { timeoutMs: 500 }), (error) => hasCode(error, 'host/timeout'));
  assert.deepEqual(await ask(shell, 'echo', { request: { text: 'a' } }), { value: { text: 'a', length: 1 } });
});

test('a crash is told with the last words of the process, and the next request works', { skip }, async () => {
  await assert.rejects(ask(shell, 'crash'), (error) => {
    assert.ok(hasCode(error, 'host/unreachable'));
    assert.match(JSON.stringify((error.cause as { details: unknown }).details), /the end is near/);
    return true;
  });
  assert.deepEqual(await ask(shell, 'echo', { request: { text: 'b' } }), { value: { text: 'b', length: 1 } });
});

test('garbage on stdout and warnings go to the log, not into the answer', { skip }, async () => {
  log.length = 0;
  assert.deepEqual(await ask(shell, 'noise'), { value: 1 });
  assert.deepEqual(await ask(shell, 'warn'), { value: 1 });
  assert.match(log.join('\n'), /garbage[^]*mind the gap/);
});

test(
  'a script without exactly one answer, one that throws and one that is not there are failures with their place',
  { skip },
  async () => {
    await assert.rejects(
      ask(shell, 'twice'),
      (error) => hasCode(error, 'host/script-failed') && /2 results/.test(JSON.stringify(error.details)),
    );
    await assert.rejects(
      ask(shell, 'throws'),
      (error) => hasCode(error, 'host/script-failed') && /never caught/.test(JSON.stringify(error.details)),
    );
    await assert.rejects(ask(shell, 'missing'), (error) => hasCode(error, 'host/script-failed', 'host/unreachable'));
    await assert.rejects(ask(shell, '../driver'), (error) => hasCode(error, 'host/script-failed', 'host/unreachable'));
    assert.deepEqual(await ask(shell, 'echo', { request: { text: 'c' } }), { value: { text: 'c', length: 1 } });
  },
);
