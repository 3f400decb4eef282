import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { lintScript, parseScripts } from './windows-powershell.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : false;
const host = fileURLToPath(new URL('../../../main/host', import.meta.url));

test('which PowerShell the tests run on', { skip }, (context) => context.diagnostic(engine!.says));

test('every script that runs on a host parses, and Windows PowerShell 5.1 has everything it uses', { skip }, async () => {
  const names = (await readdir(host, { recursive: true })).filter((name) => name.endsWith('.ps1'));
  assert.ok(names.length > 15);
  const parsed = await parseScripts(
    engine!.executable,
    names.map((name) => join(host, name)),
  );
  assert.equal(parsed.length, names.length);
  assert.deepEqual((await Promise.all(parsed.map(lintScript))).flat(), []);
});

/** Each is refused, for the reason that its complaint must match. */
const planted: readonly (readonly [string, RegExp])[] = [
  ['$a = $b ?? 1', /null-coalescing/],
  ['$a ??= 1', /null-coalescing-assignment/],
  ['${a}?.Length', /null-conditional/],
  ['${a}?[0]', /null-conditional/],
  ['$a = $b ? 1 : 2', /ternary/],
  ['Get-VM && Get-VHD', /pipeline-chain/],
  ['Get-VM || Get-VHD', /pipeline-chain/],
  ['Get-VM &', /background/],
  ['function Test-It { process { 1 } clean { 2 } }', /clean-block/],
  ['$a = "`e[0m"', /escape/],
  ['$a = "`u{1F600}"', /escape/],
  ['$a = 1 | ForEach-Object -Parallel { 1 }', /ForEach-Object -Parallel/],
  ["$a = ConvertFrom-Json -AsHashtable '{}'", /ConvertFrom-Json -AsHashtable/],
  ['$a = ConvertTo-Json -EnumsAsStrings 1', /ConvertTo-Json -EnumsAsStrings/],
  ["$a = Microsoft.PowerShell.Utility\\ConvertFrom-Json '{}' -AsHash", /-AsHash/],
  ['Get-Error', /Get-Error: PowerShell 7/],
  ["Get-WmiObject -Class 'Msvm_ComputerSystem'", /absent from PowerShell 7/],
  ['$a = @(1) | ? { $_ }', /alias/],
  ['vssadmin list writers', /without its ending/],
  ["[IO.File]::Move('a', 'b', $true)", /not in .NET Framework/],
  ["$a = [IO.Path]::Join('a', 'b')", /not in .NET Framework/],
  ['$process.Kill($true)', /not in .NET Framework/],
  ['if ($IsWindows) { 1 }', /\$IsWindows/],
  ['$a = 0b101', /binary number/],
  ['$a = 5us', /suffix/],
  ["$a = 'Pr\u00fcfung'", /not ASCII/],
  ["Get-ScheduledTask -TaskName 'a'", /needs -ErrorAction/],
  ['Invoke-Expression $a', /makes script of text/],
  ['$null = [scriptblock]::Create($a)', /makes script of text/],
  ['$null = $shell.AddScript($a)', /makes script of text/],
  ['$null = $ExecutionContext.InvokeCommand.ExpandString($a)', /makes script of text/],
  ['if ($a {', /does not parse/],
];

test(
  'the lint sees what Windows PowerShell 5.1 lacks, and what makes script of text, wherever it is planted',
  { skip },
  async (context) => {
    const folder = await temporaryFolder(context);
    const files = await Promise.all(
      planted.map(async ([text], at) => {
        const path = join(folder, `${at}.ps1`);
        await writeFile(path, `# planted\n${text}\n`);
        return path;
      }),
    );
    for (const [at, facts] of (await parseScripts(engine!.executable, files)).entries()) {
      const [text, wanted] = planted[at]!;
      const complaints = await lintScript(facts);
      assert.match(complaints.map((one) => one.says).join('\n'), wanted, text);
      assert.ok(complaints.every((one) => one.file === files[at]));
    }
  },
);
