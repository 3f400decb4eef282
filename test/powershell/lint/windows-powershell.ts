/** What Windows PowerShell 5.1 and .NET Framework lack, and what makes script of text, judged on the syntax tree. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('syntax-tree.ps1', import.meta.url));

export interface Place {
  readonly line: number;
  readonly text: string;
}

export interface ScriptFacts {
  readonly file: string;
  readonly errors: readonly Place[];
  readonly kinds: readonly Place[];
  readonly commands: readonly (Place & {
    readonly name: string;
    readonly parameters: readonly string[];
    readonly splats: number;
  })[];
  readonly members: readonly (Place & { readonly arguments: number })[];
  readonly variables: readonly Place[];
  readonly functions: readonly string[];
  readonly tokens: readonly (Place & { readonly kind: string })[];
}

/** Parses every file in one process of the real engine. */
export function parseScripts(executable: string, files: readonly string[]): Promise<readonly ScriptFacts[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      executable,
      ['-NoProfile', '-NonInteractive', '-File', script],
      { maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        if (error !== null) return reject(new Error(stderr, { cause: error }));
        resolve(
          stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as ScriptFacts),
        );
      },
    );
    child.stdin!.end(files.map((file) => `${file}\n`).join(''));
  });
}

/** Commands that came with PowerShell 6 and 7, those that left with them, and aliases, which differ between hosts. */
const strangeCommands: Readonly<Record<string, string>> = {
  'Get-Error': 'PowerShell 7',
  'Get-Uptime': 'PowerShell 6',
  'Join-String': 'PowerShell 6',
  'Remove-Alias': 'PowerShell 6',
  'Test-Json': 'PowerShell 6',
  'Remove-Service': 'PowerShell 6',
  'Switch-Process': 'PowerShell 7',
  'ConvertFrom-Markdown': 'PowerShell 6',
  'Start-ThreadJob': 'PowerShell 6',
  'Get-WmiObject': 'absent from PowerShell 7',
  'Invoke-WmiMethod': 'absent from PowerShell 7',
  'Get-EventLog': 'absent from PowerShell 7',
  'Invoke-Expression': 'makes script of text',
};

/** Parameters that Windows PowerShell does not have; `*` for any command. */
const strangeParameters: Readonly<Record<string, readonly string[]>> = {
  'ConvertFrom-Json': ['AsHashtable', 'Depth', 'NoEnumerate', 'DateKind'],
  'ConvertTo-Json': ['AsArray', 'EnumsAsStrings', 'EscapeHandling'],
  'ForEach-Object': ['Parallel', 'ThrottleLimit', 'TimeoutSeconds', 'AsJob'],
  'Get-ChildItem': ['FollowSymlink'],
  'Get-Content': ['AsByteStream'],
  'Get-Random': ['Shuffle'],
  'Invoke-Command': ['HostName', 'SSHTransport'],
  'New-PSSession': ['HostName', 'SSHTransport', 'UseWindowsPowerShell'],
  'Out-String': ['NoNewline'],
  'Select-Object': ['CaseInsensitive'],
  'Select-String': ['NoEmphasis', 'Culture', 'Raw'],
  'Set-Content': ['AsByteStream'],
  'Sort-Object': ['Top', 'Bottom', 'Stable'],
  'Split-Path': ['LeafBase', 'Extension'],
  'Start-Sleep': ['Duration'],
  'Get-Date': ['AsUTC', 'UnixTimeSeconds'],
};

/** Members of .NET that .NET Framework lacks, with the number of arguments where only that form is new; -1: any. */
const strangeMembers: readonly (readonly [RegExp, number])[] = [
  [/^(IO|System\.IO)\.File::(Move)$/i, 3],
  [/^(IO|System\.IO)\.Path::(Join|GetRelativePath|Exists|TrimEndingDirectorySeparator)$/i, -1],
  [/^(System\.)?Convert::(ToHexString|FromHexString)$/i, -1],
  [/^(System\.)?OperatingSystem::/i, -1],
  [/^(System\.)?(Math::Clamp|HashCode::.*|Random::Shared)$/i, -1],
  [/^(Threading|System\.Threading)\.Tasks\.Task::WaitAsync$/i, -1],
  [/^(Kill|WaitAsync|ReadExactly|ReadAtLeast|GetValueOrDefault|WaitForExitAsync|EnsureCapacity|TryAdd)$/i, 1],
  [/^(WaitAsync|WaitForExitAsync|ReplaceLineEndings|EnumerateRunes)$/i, -1],
];

/** What makes script of text: arguments travel as data. The driver alone loads scripts, from their files. */
const textAsScript =
  /^((management\.automation\.|system\.management\.automation\.)?scriptblock::create|invokescript|expandstring|addscript)$/i;

const functionCommand =
  /^(Get|Set|Register|Unregister|Start|Stop|Enable|Disable|Connect|Disconnect|Add|Remove|Update)-(ScheduledTask|Iscsi\w+|InitiatorPort|Disk|Partition|Volume)$/i;

const strangeVariables = ['IsWindows', 'IsLinux', 'IsMacOS', 'IsCoreCLR', 'PSStyle', 'EnabledExperimentalFeatures'];

/** Escapes in expandable strings, and the suffixes and the prefix that number literals got with 6.2 and 7. */
const strangeTokens: readonly (readonly [string, RegExp, string])[] = [
  ['String', /(^|[^`])(``)*`[eu]/, 'an escape that is plain text there'],
  ['Number', /^0b/i, 'a binary number'],
  ['Number', /^(0x[0-9a-f]+(u|us|ul|uy|y|s|n)|[0-9.]+(u|us|ul|uy|y|s|n))(kb|mb|gb|tb|pb)?$/i, 'a suffix of numbers'],
];

export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

/** Everything in a script that Windows PowerShell 5.1 would refuse, or take for something else. */
export async function lintScript(facts: ScriptFacts): Promise<readonly Complaint[]> {
  const found: Complaint[] = [];
  const complain = (line: number, says: string): void => void found.push({ file: facts.file, line, says });
  for (const { line, text } of facts.errors) complain(line, `does not parse: ${text}`);
  for (const { line, text } of facts.kinds) complain(line, `${text}: not in Windows PowerShell 5.1`);
  for (const command of facts.commands) lintCommand(command, complain);
  for (const { line, text, arguments: count } of facts.members)
    if (strangeMembers.some(([name, wanted]) => name.test(text) && (wanted === -1 || wanted === count)))
      complain(line, `${text} with ${count} arguments: not in .NET Framework`);
  for (const { line, text } of facts.members)
    if (textAsScript.test(text) && !facts.file.endsWith('driver.ps1')) complain(line, `${text} makes script of text`);
  for (const { line, text } of facts.variables)
    if (strangeVariables.some((name) => name.toLowerCase() === text.toLowerCase())) complain(line, `$${text}: not in 5.1`);
  for (const { line, kind, text } of facts.tokens)
    for (const [of, pattern, says] of strangeTokens)
      if (kind.includes(of) && pattern.test(text)) complain(line, `${text}: ${says}`);
  const bytes = await readFile(facts.file);
  if (bytes.some((byte) => byte > 127)) complain(1, 'not ASCII: without a byte order mark it would be read in the code page');
  return found;
}

function lintCommand(command: ScriptFacts['commands'][number], complain: (line: number, says: string) => void): void {
  const { line, parameters } = command;
  const name = command.name.split('\\').at(-1)!;
  const strange = Object.entries(strangeCommands).find(([known]) => known.toLowerCase() === name.toLowerCase());
  if (strange !== undefined) complain(line, `${name}: ${strange[1]}`);
  if (name !== '' && !/^[A-Za-z]+-[A-Za-z]+$|\.exe$/.test(name))
    complain(line, `${name}: an alias or a program without its ending`);
  // Commands made of CDXML are functions of a module: they do not see the caller's preference.
  // A splatted hash table may hold it.
  if (functionCommand.test(name) && command.splats === 0 && !parameters.some((one) => /^(EA|ErrorAction)$/i.test(one)))
    complain(line, `${name} needs -ErrorAction: it does not see $ErrorActionPreference`);
  const refused = Object.entries(strangeParameters).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1] ?? [];
  for (const parameter of parameters)
    if (refused.some((one) => one.toLowerCase().startsWith(parameter.toLowerCase())))
      complain(line, `${name} -${parameter}: newer than 5.1`);
}
