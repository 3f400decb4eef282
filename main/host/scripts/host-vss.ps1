# Host VSS (path A): the Hyper-V writer, the volumes, and the shadow copies that are ours. ASCII only, Windows PowerShell 5.1 and 7.

$HyperVWriterId = '66841cd4-6ded-4f4b-8f17-fd23f8ddc3de'

function Get-DrivePaths($Vm) { @($Vm.HardDrives | ForEach-Object { [string]$_.Path }) -join '|' }

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

# A guest that cannot take part is no failure to the writer: it saves the VM for a moment instead. That takes longer than the pause between two looks.
function Test-VmSaved([string]$VmId) {
    $vm = Hyper-V\Get-VM -Id $VmId -ErrorAction SilentlyContinue
    ($null -ne $vm -and @('Saving', 'Saved', 'FastSaving', 'FastSaved', 'Resuming') -contains $vm.State.ToString())
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
