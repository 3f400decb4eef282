# VMs that run from the backup storage: their ledger, their making and their ends. ASCII only, Windows PowerShell 5.1 and 7.

# One file per recovery, from before its first act to after its last. Its phase says what a run that died in it leaves to be done.
function Get-RecoveryPath([string]$Folder, [string]$Run) {
    if ($Run -notmatch '^[0-9a-z-]{1,64}\z') { Stop-Operation 'input/invalid' @{ run = $Run } }
    [IO.Path]::Combine((Get-LedgerFolder $Folder), 'recoveries', $Run + '.json')
}

$RecoveryFields = @('run', 'by', 'phase', 'vmId', 'vm', 'folder', 'iqn', 'address', 'port', 'serviceStarted', 'disks', 'files', 'running')

function Read-Recovery([string]$Folder, [string]$Run) {
    $path = Get-RecoveryPath $Folder $Run
    if (-not [IO.File]::Exists($path)) { return $null }
    Read-LedgerFile $path $RecoveryFields
}

function Get-Recovery([string]$Folder, [string]$Run) {
    $recovery = Read-Recovery $Folder $Run
    if ($null -eq $recovery) { Stop-Operation 'host/recovery-gone' @{ run = $Run } }
    $recovery
}

function Write-Recovery([string]$Folder, $Recovery) { Write-Durably (Get-RecoveryPath $Folder ([string]$Recovery.run)) (ConvertTo-Text $Recovery) }

function Remove-Recovery([string]$Folder, [string]$Run) { [IO.File]::Delete((Get-RecoveryPath $Folder $Run)) }

# The phase that an act begins in, written down before the act.
function Set-RecoveryPhase([string]$Folder, $Recovery, [string]$Phase, [string]$By) {
    $Recovery.phase = $Phase
    if ($By -ne '') { $Recovery.by = $By }
    Write-Recovery $Folder $Recovery
}

# Whether another recovery that we know of needs the initiator service as well.
function Test-InitiatorWanted([string]$Folder, [string]$Run) {
    $recoveries = [IO.Path]::Combine((Get-LedgerFolder $Folder), 'recoveries')
    [IO.Directory]::Exists($recoveries) -and @([IO.Directory]::GetFiles($recoveries, '*.json') | Where-Object { [IO.Path]::GetFileNameWithoutExtension($_) -ne $Run }).Count -gt 0
}

function Get-RecoveredVm($Recovery) {
    if ([string]$Recovery.vmId -eq '') { return $null }
    Hyper-V\Get-VM -Id ([string]$Recovery.vmId) -ErrorAction SilentlyContinue
}

# Which disk number a unit has at this moment. Numbers are never kept.
function Get-UnitNumbers($Recovery) {
    $numbers = @{ }
    $found = Get-TargetDisks ([string]$Recovery.iqn)
    foreach ($serial in @($found.Keys)) { $numbers[$serial] = [int]$found[$serial].Number }
    $numbers
}

function Wait-VmOff([string]$VmId, [int]$Seconds) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $vm = Hyper-V\Get-VM -Id $VmId
        if ($vm.State.ToString() -eq 'Off') { return $true }
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) { return $false }
        Start-Sleep -Milliseconds $PollMilliseconds
    }
}

function Start-RecoveredVm([string]$VmId) {
    try { Hyper-V\Start-VM -VM (Hyper-V\Get-VM -Id $VmId) -Confirm:$false }
    catch {
        $failure = Get-OperationFailure $_
        Stop-Operation 'host/vm-start-failed' @{ vm = $VmId; hresult = $(if ($null -ne $failure.textCode) { $failure.textCode } else { $failure.hresult }); errorId = [string]$failure.errorId; says = [string]$failure.message }
    }
}

# Undoes a recovery whole: the VM in our folder, the connection, the folder, the service where we had started it.
function Undo-Recovery([string]$Folder, [string]$Run) {
    $recovery = Read-Recovery $Folder $Run
    if ($null -eq $recovery) { return }
    foreach ($vm in @(Get-VmsInside ([string]$recovery.folder))) {
        if ($vm.State.ToString() -ne 'Off') {
            Hyper-V\Stop-VM -VM $vm -TurnOff -Force -Confirm:$false
            if (-not (Wait-VmOff (([guid]$vm.Id).ToString('D')) 120)) { Stop-Operation 'host/vm-busy' @{ vm = [string]$vm.Name } }
        }
        Hyper-V\Remove-VM -VM (Hyper-V\Get-VM -Id ([guid]$vm.Id)) -Force -Confirm:$false
    }
    Disconnect-Target ([string]$recovery.iqn) ([string]$recovery.address) ([int]$recovery.port)
    Remove-RestoreFolder ([string]$recovery.folder) $Run
    if (-not (Test-InitiatorWanted $Folder $Run)) { Stop-Initiator ([bool]$recovery.serviceStarted) }
    Remove-Recovery $Folder $Run
}

# Back to running from the backup storage: the local disks that were being written go. Not once drives are being switched.
function Undo-Finalise([string]$Folder, $Recovery) {
    foreach ($file in @($Recovery.files)) {
        if ($null -eq $file) { continue }
        foreach ($path in @([string]$file.path, ([string]$file.path + '.partial'))) { if ([IO.File]::Exists($path)) { [IO.File]::Delete($path) } }
    }
    $vm = Get-RecoveredVm $Recovery
    if ($null -ne $vm -and [bool]$Recovery.running -and $vm.State.ToString() -eq 'Off') {
        # Without its disks it stays off; what it wrote is kept, and finalising again goes on from there.
        try { Start-RecoveredVm ([string]$Recovery.vmId) }
        catch { Send-Step 'start-vm' 'host' 'Hyper-V' 'warning' 'the VM stays off: its disks are not served, or the host has no room for it' }
    }
    $Recovery.files = @()
    Set-RecoveryPhase $Folder $Recovery 'running' ''
}

# Local disks in the places of the published ones. Every part can be done again, so that a switch that was cut off is gone on with.
function Complete-Finalise([string]$Folder, $Recovery) {
    $vmId = [guid]([string]$Recovery.vmId)
    Set-RecoveryPhase $Folder $Recovery 'switching' ''
    foreach ($file in @($Recovery.files)) {
        $vm = Hyper-V\Get-VM -Id $vmId
        $there = @($vm.HardDrives | Where-Object { $null -ne $_ -and [string]$_.ControllerType -eq [string]$file.controller -and [int]$_.ControllerNumber -eq [int]$file.number -and [int]$_.ControllerLocation -eq [int]$file.location })[0]
        if ($null -ne $there -and [string]$there.Path -eq [string]$file.path) { continue }
        if ($null -ne $there) { Hyper-V\Remove-VMHardDiskDrive -VMHardDiskDrive $there -Confirm:$false }
        Hyper-V\Add-VMHardDiskDrive -VM (Hyper-V\Get-VM -Id $vmId) -ControllerType ([string]$file.controller) -ControllerNumber ([int]$file.number) -ControllerLocation ([int]$file.location) -Path ([string]$file.path) -Confirm:$false
    }
    foreach ($file in @($Recovery.files)) { Grant-VmFile $vmId ([string]$file.path) }
    Disconnect-Target ([string]$Recovery.iqn) ([string]$Recovery.address) ([int]$Recovery.port)
    if (-not (Test-InitiatorWanted $Folder ([string]$Recovery.run))) { Stop-Initiator ([bool]$Recovery.serviceStarted) }
    if ([bool]$Recovery.running -and (Hyper-V\Get-VM -Id $vmId).State.ToString() -eq 'Off') { Start-RecoveredVm ($vmId.ToString('D')) }
    # From here on it is a VM like any other. The mark goes first: a folder without it is never deleted.
    [IO.File]::Delete([IO.Path]::Combine([string]$Recovery.folder, $RestoreMark))
    Remove-Recovery $Folder ([string]$Recovery.run)
}

# What a run that died left of a recovery, by the phase it was in.
function Clear-Recovery([string]$Folder, [string]$Run) {
    $recovery = Read-Recovery $Folder $Run
    if ($null -eq $recovery) { return }
    $phase = [string]$recovery.phase
    if ($phase -eq 'running') { return }
    if ($phase -eq 'finalising') { Undo-Finalise $Folder $recovery }
    elseif ($phase -eq 'switching') { Complete-Finalise $Folder $recovery }
    else { Undo-Recovery $Folder $Run }
}

# A file that cannot be read is left out here; residue lists it.
function Get-Recoveries([string]$Folder) {
    $recoveries = [IO.Path]::Combine((Get-LedgerFolder $Folder), 'recoveries')
    if (-not [IO.Directory]::Exists($recoveries)) { return }
    foreach ($path in [IO.Directory]::GetFiles($recoveries, '*.json')) {
        try { Read-LedgerFile $path $RecoveryFields }
        catch { continue }
    }
}

# What its screen shows, as base64 of 16-bit pixels; null where the host has no picture now.
function Get-ScreenPicture([string]$VmId, [uint16]$Width, [uint16]$Height) {
    $system = Get-VmSystem $VmId
    $settings = @($system | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemSettingData | Where-Object { [string]$_.VirtualSystemType -eq 'Microsoft:Hyper-V:System:Realized' })[0]
    if ($null -eq $settings) { return $null }
    $service = Get-VirtualizationInstance 'Msvm_VirtualSystemManagementService' ''
    $answer = Invoke-CimMethod -InputObject $service -MethodName GetVirtualSystemThumbnailImage -Arguments @{ TargetSystem = $settings; WidthPixels = $Width; HeightPixels = $Height }
    if ([int64]$answer.ReturnValue -ne 0 -or $null -eq $answer.ImageData) { return $null }
    $bytes = [byte[]]$answer.ImageData
    if ($bytes.Length -ne [int]$Width * [int]$Height * 2) { return $null }
    [Convert]::ToBase64String($bytes)
}
