# Path B: a recovery checkpoint of one VM, its frozen disks and what changed on them since the reference point.
# Request: vmId, run, repository, ledger, application (bool), full (bool), ignoreOther (bool), since (reference point id or null), jobSeconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    $system = Get-VmSystem $vmId
    if (@($system.OperationalStatus).Count -gt 1) { Stop-Operation 'host/vm-busy' @{ vm = $vmId; status = [int]@($system.OperationalStatus)[1] } }
    $service = Get-VirtualizationInstance 'Msvm_VirtualSystemSnapshotService' ''
    $before = @(Get-RecoverySnapshots $system)
    # Written down first: what appears after this and was not there before is ours.
    $ledger = Read-Ledger $Wanted.ledger $vmId
    if ($null -ne $ledger.open) { Stop-Operation 'host/residue' @{ vm = $vmId; run = [string]$ledger.open.run } }
    $ledger.vm = [string]$system.ElementName
    $ledger.open = [pscustomobject]@{ run = [string]$Wanted.run; repository = [string]$Wanted.repository; kind = 'checkpoint'; before = @($before | ForEach-Object { [string]$_.InstanceID }); checkpoint = $null; points = $null; shadow = $null; reference = $null; began = [string][datetime]::UtcNow.Ticks }
    Write-Ledger $Wanted.ledger $ledger

    $level = 2
    if ($Wanted.application) { $level = 1 }
    $values = @{ ConsistencyLevel = @('uint8', $level); IgnoreNonSnapshottableDisks = @('boolean', ([string][bool]$Wanted.ignoreOther).ToLowerInvariant()) }
    $class = Get-CimClass -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemSnapshotSettingData
    $typed = @($class.CimClassProperties.Name) -contains 'GuestBackupType'
    # Copy leaves the logs of the guest alone; Server 2016 cannot be told.
    if ($typed) { $values.GuestBackupType = @('uint8', $(if ($Wanted.full) { 1 } else { 2 })) }
    $snapshot = $null
    $finished = $false
    try {
        Send-Step 'checkpoint' 'host' 'Hyper-V' 'started' ''
        $made = Invoke-CimMethod -InputObject $service -MethodName CreateSnapshot -Arguments @{
            AffectedSystem = $system
            SnapshotSettings = (ConvertTo-EmbeddedInstance 'Msvm_VirtualSystemSnapshotSettingData' $values)
            SnapshotType = [uint16]32768
        }
        $job = Wait-VirtualizationJob $made 'checkpoint' $Wanted.jobSeconds
        if ($null -eq $job) { $snapshot = Get-CimInstance -InputObject $made.ResultingSnapshot }
        else { $snapshot = @($job | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemSettingData)[0] }
        if ($null -eq $snapshot) { Stop-Operation 'host/checkpoint-failed' @{ vm = $vmId } }
        $frozen = [Diagnostics.Stopwatch]::StartNew()
        $ledger.open.checkpoint = [string]$snapshot.InstanceID
        Add-Taken $ledger
        Write-Ledger $Wanted.ledger $ledger
        $result = @{
            checkpoint = [string]$snapshot.InstanceID
            backupTypeKnown = $typed
            stayedOff = ([int]$system.EnabledState -eq 3 -and [int](Get-VmSystem $vmId).EnabledState -eq 3)
            disks = @(Get-FrozenDisks $system $snapshot $Wanted.since $ledger)
            definition = @(Get-DefinitionFiles $snapshot)
        }
        # Without a single disk that stands still there is nothing to back up.
        if ($result.disks.Count -eq 0 -and @(Get-VmDrives $snapshot).Count -gt 0) { Stop-Operation 'host/checkpoint-failed' @{ vm = $vmId; frozen = 0 } }
        $result.frozenMs = [long]$frozen.ElapsedMilliseconds
        $finished = $true
        $result
    }
    finally {
        # A failure and a cancel alike: nothing of ours stays.
        if (-not $finished) {
            # What cannot be undone stays in the ledger for the next run; the failure that counts is the first one.
            try { $null = Undo-Checkpoint $Wanted.ledger $vmId $Wanted.jobSeconds }
            catch { Send-Step 'release' 'host' 'Hyper-V' 'failed' ([string]$_.Exception.Message) }
        }
    }
}
