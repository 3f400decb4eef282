# Recovery checkpoints and reference points (path B). ASCII only, Windows PowerShell 5.1 and 7.

function Get-RecoverySnapshots($System) {
    @($System | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemSettingData |
            Where-Object { $_.VirtualSystemType -eq 'Microsoft:Hyper-V:Snapshot:Recovery' })
}

function Get-ReferencePoints($System) {
    @($System | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemReferencePoint)
}

function Remove-ReferencePoint($System, [string]$Id, [int]$JobSeconds) {
    $point = @(Get-ReferencePoints $System | Where-Object { [string]$_.InstanceID -eq $Id })[0]
    if ($null -eq $point) { return }
    $service = Get-VirtualizationInstance 'Msvm_VirtualSystemReferencePointService' ''
    $null = Wait-VirtualizationJob (Invoke-CimMethod -InputObject $service -MethodName DestroyReferencePoint -Arguments @{ AffectedReferencePoint = $point }) 'remove-reference-point' $JobSeconds
}

# The points that a newer one of the same repository has taken the place of: nobody starts from them any more. Of one that an earlier build has
# made nobody knows whose it is. The ledger is read anew once they are gone, since others may have written into it meanwhile.
function Remove-Superseded([string]$Folder, [string]$VmId, $Mine, [int]$JobSeconds) {
    $whose = @('', [string](Get-Field $Mine 'repository'))
    $old = @((Read-Ledger $Folder $VmId).points | Where-Object {
            $null -ne $_ -and [string]$_.id -ne [string]$Mine.id -and $whose -contains [string](Get-Field $_ 'repository')
        } | ForEach-Object { [string]$_.id })
    $system = Get-VirtualizationInstance 'Msvm_ComputerSystem' "Name='$VmId'"
    if ($null -ne $system) { foreach ($id in $old) { Remove-ReferencePoint $system $id $JobSeconds } }
    Remove-PointNotes $Folder $VmId $old
}

function Remove-PointNotes([string]$Folder, [string]$VmId, [string[]]$Ids) {
    if ($Ids.Count -eq 0) { return }
    $ledger = Read-Ledger $Folder $VmId
    $ledger.points = @($ledger.points | Where-Object { $null -ne $_ -and $Ids -notcontains [string]$_.id })
    Write-Ledger $Folder $ledger
}

# Destroys the checkpoint that the ledger calls ours; one that was being made when we died is the one that was not there before.
# False: Hyper-V still works on the VM, or keeps the checkpoint: then the ledger keeps the entry, and it is tried again later.
# A merge that it leaves is noted, for Close-Merge.
function Undo-Checkpoint([string]$Folder, [string]$VmId, [int]$JobSeconds) {
    $ledger = Read-Ledger $Folder $VmId
    if ($null -eq $ledger.open -or $ledger.open.kind -ne 'checkpoint') { return $true }
    $destroyed = $false
    $system = Get-VirtualizationInstance 'Msvm_ComputerSystem' "Name='$VmId'"
    if ($null -ne $system) {
        # Asked before the checkpoints: one that is done between the two questions is seen.
        $busy = @($system.OperationalStatus).Count -gt 1
        $service = Get-VirtualizationInstance 'Msvm_VirtualSystemSnapshotService' ''
        $own = @(Get-OwnSnapshots $system $ledger.open)
        $destroyed = ($own.Count -gt 0)
        if ($own.Count -eq 0 -and $busy -and $null -eq $ledger.open.checkpoint) { return $false }
        foreach ($snapshot in $own) {
            $null = Wait-VirtualizationJob (Invoke-CimMethod -InputObject $service -MethodName DestroySnapshot -Arguments @{ AffectedSnapshot = $snapshot }) 'remove-checkpoint' $JobSeconds
        }
        if (@(Get-OwnSnapshots $system $ledger.open).Count -gt 0) { return $false }
        Remove-UnknownPoint $system $ledger $JobSeconds
    }
    if ($destroyed) { $ledger.open = New-OpenMerge ([string]$ledger.open.run) $null }
    else { $ledger.open = $null }
    Write-Ledger $Folder $ledger
    if ($destroyed -and -not (Test-MergePending $VmId)) {
        $ledger.open = $null
        Write-Ledger $Folder $ledger
    }
    $true
}

function New-OpenMerge([string]$Run, $Reference) {
    [pscustomobject]@{ run = $Run; kind = 'merge'; before = @(); checkpoint = $null; points = $null; shadow = $null; reference = $Reference }
}

# Waits for the merge that the ledger has noted; who stops waiting leaves the note behind. Meanwhile somebody else may have seen its end, and begun
# something of its own.
function Close-Merge([string]$Folder, [string]$VmId, [int]$Seconds) {
    $noted = (Read-Ledger $Folder $VmId).open
    Wait-Merge $VmId $Seconds
    $ledger = Read-Ledger $Folder $VmId
    if ($null -eq $ledger.open -or $ledger.open.kind -ne 'merge') { return }
    if ($null -eq $noted -or [string]$ledger.open.run -ne [string]$noted.run) { return }
    $ledger.open = $null
    Write-Ledger $Folder $ledger
}

# A checkpoint that had become a reference point when we died: the point that was not there before is ours, and nobody waits for it.
function Remove-UnknownPoint($System, $Ledger, [int]$JobSeconds) {
    $before = Get-Field $Ledger.open 'points'
    if ($null -eq $before) { return }
    $known = @($before) + @($Ledger.points | Where-Object { $null -ne $_ } | ForEach-Object { [string]$_.id })
    $fresh = @(Get-ReferencePoints $System | Where-Object { $known -notcontains [string]$_.InstanceID })
    if ($fresh.Count -eq 1) { Remove-ReferencePoint $System ([string]$fresh[0].InstanceID) $JobSeconds }
}

function Get-OwnSnapshots($System, $Open) {
    $there = @(Get-RecoverySnapshots $System)
    if ($null -ne $Open.checkpoint) { return @($there | Where-Object { [string]$_.InstanceID -eq [string]$Open.checkpoint }) }
    $fresh = @($there | Where-Object { @($Open.before) -notcontains [string]$_.InstanceID })
    # Two new ones: another product made one of them, and nobody can tell which. Neither is touched.
    if ($fresh.Count -gt 1) { return @() }
    $fresh
}

# The merge is over when Hyper-V does nothing with the VM any more and no disk of it is a differencing one that no checkpoint explains.
function Test-MergePending([string]$VmId) {
    $vm = Hyper-V\Get-VM -Id $VmId -ErrorAction SilentlyContinue
    if ($null -eq $vm) { return $false }
    if (@($vm.OperationalStatus).Count -gt 1) { return $true }
    if ($null -ne $vm.ParentSnapshotId) { return $false }
    foreach ($drive in @($vm.HardDrives)) {
        if ($null -eq $drive.DiskNumber -and (Hyper-V\Get-VHD -Path $drive.Path).VhdType.ToString() -eq 'Differencing' -and [string]$drive.Path -match '\.avhdx?\z') { return $true }
    }
    $false
}

function Wait-Merge([string]$VmId, [int]$Seconds) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (Test-MergePending $VmId) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) { Stop-Operation 'host/merge-timeout' @{ vm = $VmId; waitedSeconds = $Seconds } }
        Send-Event @{ progress = @{ phase = 'merge'; percent = 0 } }
        Start-Sleep -Milliseconds $PollMilliseconds
    }
}
