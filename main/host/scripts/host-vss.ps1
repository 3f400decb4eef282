# diskshadow and vssadmin: their texts are localised, so only numbers, GUIDs and aliases of ours are read. ASCII only.

$HyperVWriterId = '66841cd4-6ded-4f4b-8f17-fd23f8ddc3de'

function Get-SystemTool([string]$Name) {
    $path = [IO.Path]::Combine([Environment]::GetFolderPath('System'), $Name)
    if ([IO.File]::Exists($path)) { return $path }
    $Name
}

# VSS_WRITER_STATE of the Hyper-V writer; null when it is not there.
function Get-HyperVWriterState {
    $seen = $false
    foreach ($line in @(& (Get-SystemTool 'vssadmin.exe') list writers)) {
        if ($line -match '\{([0-9A-Fa-f-]{36})\}') {
            if ($Matches[1] -eq $HyperVWriterId) { $seen = $true; continue }
            # The next GUID is this writer's instance; one after its state line begins another writer.
        }
        if ($seen -and $line -match '\[(\d+)\]') { return [int]$Matches[1] }
    }
    $null
}

function Assert-HyperVWriter([string]$Step) {
    $state = Get-HyperVWriterState
    if ($null -eq $state) { Stop-Operation 'host/hyper-v-writer-missing' @{ step = $Step } }
    if ($state -ge 6) { Stop-Operation 'host/vss-writer-failed' @{ writer = 'Hyper-V writer'; step = $Step; state = $state } }
    if ($state -ne 1) { Stop-Operation 'host/vss-busy' @{ writer = 'Hyper-V writer'; state = $state } }
}

function Get-ShadowIds {
    @(Get-CimInstance -ClassName Win32_ShadowCopy | ForEach-Object { ([string]$_.ID).Trim('{', '}') })
}

# The volume that a file lies on: the one with the longest mount path before it.
function Find-Volume($Volumes, [string]$File) {
    $best = ''
    foreach ($volume in $Volumes) {
        $name = [string]$volume.Name
        if ($name.Length -gt $best.Length -and $File.StartsWith($name, [StringComparison]::OrdinalIgnoreCase)) { $best = $name }
    }
    if ($best -eq '') { Stop-Operation 'host/path-unavailable' @{ path = $File } }
    $best
}

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
    Write-Ascii ([IO.Path]::Combine($Folder, 'backup.dsh')) $lines
    Write-Ascii ([IO.Path]::Combine($Folder, 'ended.cmd')) @('@echo off', ('echo.>"' + (Get-EndMark $Folder) + '"'))
    # `timeout` wants a console and ping does not.
    Write-Ascii ([IO.Path]::Combine($Folder, 'hold.cmd')) @(
        '@echo off', ('echo.>"' + [IO.Path]::Combine($Folder, 'ready') + '"'), ':wait',
        ('if exist "' + [IO.Path]::Combine($Folder, 'go') + '" exit /b 0'), 'ping -n 2 127.0.0.1 >nul', 'goto wait')
}

function Get-EndMark([string]$Folder) { [IO.Path]::Combine($Folder, 'ended') }

function Write-Ascii([string]$Path, [string[]]$Lines) {
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

# What a requester made that died before it could log it: persistent, of a volume that it was to take, and of the time at which it was
# seen alive. VSS makes one set at a time, so hardly anybody else's is of that time; where two fit, neither is touched, and both are told.
function Find-UnloggedShadows($Fresh, $Open) {
    $asked = Get-Field $Open 'asked'
    if ($null -eq $asked) { return }
    # Two seconds more than the pause between two looks.
    $until = (Get-SeenAlive ([string]$Open.reference)) + 20000000 + $PollMilliseconds * 10000
    foreach ($volume in @($asked.volumes)) {
        $fits = @($Fresh | Where-Object {
                $made = ([datetime]$_.InstallDate).ToUniversalTime().Ticks
                [string]$_.VolumeName -eq $volume -and [bool]$_.Persistent -and -not [bool]$_.ClientAccessible -and $made -ge [long]$asked.at - 10000000 -and $made -le $until
            })
        if ($fits.Count -eq 1) { $fits[0] }
        elseif ($fits.Count -gt 1) { Send-Step 'release' 'host' 'volume shadow copy' 'warning' ('one of these may be ours, look at them: ' + (@($fits | ForEach-Object { [string]$_.ID }) -join ' ')) }
    }
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

# A guest that cannot take part is no failure to the writer: it saves the VM for a moment instead. That takes longer than the pause between two looks.
function Test-VmSaved([string]$VmId) {
    $vm = Hyper-V\Get-VM -Id $VmId -ErrorAction SilentlyContinue
    ($null -ne $vm -and @('Saving', 'Saved', 'FastSaving', 'FastSaved', 'Resuming') -contains $vm.State.ToString())
}

# diskshadow has ended before it was to: the number in its log says why.
function Stop-Shadow([string]$Log, [int]$ExitCode) {
    $text = (Read-SharedText $Log).Trim()
    $last = $text.Substring([Math]::Max(0, $text.Length - 400))
    $facts = @{ phase = 'shadow-copy'; hresult = (Find-ShadowError $text); exitCode = $ExitCode; writer = 'Hyper-V writer'; log = $last }
    Stop-Operation 'host/job-failed' $facts
}

# Files of the VM's configuration, from inside the shadow copies.
function Get-VmFiles($Vm, $Volumes, [hashtable]$Mounts) {
    $folder = [string]$Vm.ConfigurationLocation
    if ($folder -eq '') { return }
    $main = [IO.Path]::Combine($folder, 'Virtual Machines', ([guid]$Vm.Id).ToString('D').ToUpperInvariant() + '.vmcx')
    $volume = Find-Volume $Volumes $main
    $shadowed = [IO.Path]::Combine($Mounts[$volume], $main.Substring($volume.Length))
    Get-DefinitionFiles ([pscustomobject]@{ ConfigurationDataRoot = [IO.Path]::GetDirectoryName($shadowed); ConfigurationFile = [IO.Path]::GetFileName($shadowed) })
}

# Ends our requester and removes the shadow copies that the ledger calls ours.
function Undo-Shadow([string]$Folder, [string]$VmId) {
    $ledger = Read-Ledger $Folder $VmId
    if ($null -eq $ledger.open -or $ledger.open.kind -ne 'shadow') { return }
    $place = [string]$ledger.open.reference
    $process = Get-RequesterProcess $place
    if ($null -ne $process) { $process.Kill(); $process.WaitForExit() }
    $log = (Read-SharedText ([IO.Path]::Combine($place, 'backup.log'))).ToUpperInvariant()
    $all = @(Get-CimInstance -ClassName Win32_ShadowCopy)
    $fresh = @($all | Where-Object { @($ledger.open.before) -notcontains ([string]$_.ID).Trim('{', '}') })
    # Made by a run that died before it could write the id down: new since, and named in our requester's log.
    $logged = @($fresh | Where-Object { $log.Contains(([string]$_.ID).Trim('{', '}').ToUpperInvariant()) })
    $noted = @($all | Where-Object { @($ledger.open.shadow) -contains ([string]$_.ID).Trim('{', '}') })
    $ours = @($noted) + @($logged | Where-Object { $noted -notcontains $_ })
    if ($ours.Count -eq 0) { $ours = @(Find-UnloggedShadows $fresh $ledger.open) }
    foreach ($shadow in $ours) { Remove-CimInstance -InputObject $shadow }
    if ([IO.Directory]::Exists($place)) { [IO.Directory]::Delete($place, $true) }
    $ledger.open = $null
    Write-Ledger $Folder $ledger
}
