# The requester of path A. Its texts are localised, so only numbers, GUIDs, signs and aliases of ours are read. ASCII only, Windows PowerShell 5.1 and 7.

function Write-ShadowScript([string]$Folder, [hashtable]$Mounts, [bool]$Full) {
    $lines = @('set context persistent', ('set metadata "' + [IO.Path]::Combine($Folder, 'metadata.cab') + '"'), 'set verbose on')
    # Without `begin backup` diskshadow takes a copy: the guests keep their logs.
    if ($Full) { $lines += 'begin backup' }
    $number = 0
    foreach ($volume in @($Mounts.Keys)) { $lines += 'add volume ' + $volume + ' alias Hostkeep' + $number; $number++ }
    $lines += 'writer verify {' + $HyperVWriterId + '}'
    $lines += 'create'
    $number = 0
    foreach ($volume in @($Mounts.Keys)) { $lines += 'expose %Hostkeep' + $number + '% "' + $Mounts[$volume] + '"'; $number++ }
    $lines += 'exec "' + [IO.Path]::Combine($Folder, 'hold.cmd') + '"'
    # A script ends at its first error: what comes behind `end backup` tells that it has gone well.
    if ($Full) { $lines += @('end backup', ('exec "' + [IO.Path]::Combine($Folder, 'ended.cmd') + '"')) }
    Write-Lines ([IO.Path]::Combine($Folder, 'backup.dsh')) $lines
    Write-Lines ([IO.Path]::Combine($Folder, 'ended.cmd')) @('@echo off', ('echo.>"' + (Get-EndMark $Folder) + '"'))
    # `timeout` wants a console and ping does not.
    Write-Lines ([IO.Path]::Combine($Folder, 'hold.cmd')) @(
        '@echo off', ('echo.>"' + [IO.Path]::Combine($Folder, 'ready') + '"'), ':wait',
        ('if exist "' + [IO.Path]::Combine($Folder, 'go') + '" exit /b 0'), 'ping -n 2 127.0.0.1 >nul', 'goto wait')
}

function Get-EndMark([string]$Folder) { [IO.Path]::Combine($Folder, 'ended') }

# UTF-8 without a mark. Nobody has written down what diskshadow takes letters for that are not ASCII.
function Write-Lines([string]$Path, [string[]]$Lines) {
    [IO.File]::WriteAllText($Path, ($Lines -join "`r`n") + "`r`n", [Text.UTF8Encoding]::new($false))
}

function Start-Diskshadow([string]$Folder, [string]$Script, [string]$Log) {
    $start = [Diagnostics.ProcessStartInfo]::new((Get-SystemTool 'diskshadow.exe'))
    $start.Arguments = '/s "' + [IO.Path]::Combine($Folder, $Script) + '" /l "' + [IO.Path]::Combine($Folder, $Log) + '"'
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    try { $process = [Diagnostics.Process]::Start($start) }
    catch { Stop-Operation 'host/path-unavailable' @{ tool = 'diskshadow.exe' } }
    # Process ids are used again: this number and its start time together say which process is ours.
    [IO.File]::WriteAllText([IO.Path]::Combine($Folder, 'process'), [string]$process.Id + ' ' + $process.StartTime.ToUniversalTime().Ticks)
    $process
}

# The requester of this folder, if it still lives.
function Get-RequesterProcess([string]$Folder) {
    $path = [IO.Path]::Combine($Folder, 'process')
    if (-not [IO.File]::Exists($path)) { return $null }
    $id, $ticks = [IO.File]::ReadAllText($path).Split(' ')
    try { $process = [Diagnostics.Process]::GetProcessById([int]$id) } catch { return $null }
    # The clock that start times are read from is fine to a hundredth of a second on some systems.
    if ($process.HasExited -or [Math]::Abs($process.StartTime.ToUniversalTime().Ticks - [long]$ticks) -gt 20000000) { return $null }
    $process
}

# Until when the requester is known to have lived: the last look at it, or what it logged last.
function Set-SeenAlive([string]$Folder) { [IO.File]::WriteAllText([IO.Path]::Combine($Folder, 'alive'), [string][datetime]::UtcNow.Ticks) }

function Get-SeenAlive([string]$Folder) {
    $seen = [long]0
    foreach ($name in @('process', 'alive', 'backup.log')) {
        $file = [IO.Path]::Combine($Folder, $name)
        if ([IO.File]::Exists($file)) { $seen = [Math]::Max($seen, [IO.File]::GetLastWriteTimeUtc($file).Ticks) }
    }
    $seen
}

function Read-SharedText([string]$Path) {
    if (-not [IO.File]::Exists($Path)) { return '' }
    $stream = [IO.FileStream]::new($Path, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]'ReadWrite, Delete')
    $reader = [IO.StreamReader]::new($stream, $true)
    try { $reader.ReadToEnd() } finally { $reader.Dispose() }
}

# diskshadow writes results without 0x ("Returned HRESULT: 80042306"): eight digits of a failure that are no part of a GUID, a name or a path.
# The most telling of them is the last.
function Find-ShadowError([string]$Log) {
    $found = [regex]::Matches($Log, '(?<![\w{\\/.-])(?:0x)?(8[0-9A-Fa-f]{7})(?![\w}\\/-]|[.:]\w)')
    if ($found.Count -eq 0) { return $null }
    [Convert]::ToInt64($found[$found.Count - 1].Groups[1].Value, 16)
}

# Whether the VM's component was taken along; one that needs a volume outside the set is left out in silence. Verbose logs have a line behind
# a plus sign for each that is added, and components of the Hyper-V writer are named by the id of their VM.
function Test-ComponentAdded([string]$Log, [string]$VmId) {
    [regex]::IsMatch($Log, '(?m)^\s*\+ .*\\' + $VmId + '\s*$', [Text.RegularExpressions.RegexOptions]::IgnoreCase)
}

# diskshadow has ended before it was to: the number in its log says why.
function Stop-Shadow([string]$Log, [int]$ExitCode) {
    $text = (Read-SharedText $Log).Trim()
    $last = $text.Substring([Math]::Max(0, $text.Length - 400))
    $facts = @{ phase = 'shadow-copy'; hresult = (Find-ShadowError $text); exitCode = $ExitCode; writer = 'Hyper-V writer'; log = $last }
    Stop-Operation 'host/job-failed' $facts
}
