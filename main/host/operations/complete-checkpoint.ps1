# Path B, once the restore point is safe: the checkpoint becomes a reference point, those of the same repository that are older go, the disks merge.
# Request: vmId, ledger, checkpoint, jobSeconds, mergeSeconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    $system = Get-VmSystem $vmId
    $ledger = Read-Ledger $Wanted.ledger $vmId
    $snapshot = @(Get-RecoverySnapshots $system | Where-Object { [string]$_.InstanceID -eq $Wanted.checkpoint })[0]
    # Whoever has taken it away has had the disks merged while they were read.
    if ($null -eq $snapshot) { Stop-Operation 'host/checkpoint-gone' @{ vm = $vmId; checkpoint = [string]$Wanted.checkpoint } }
    $service = Get-VirtualizationInstance 'Msvm_VirtualSystemSnapshotService' ''
    # Written down first: a point that appears after this and was not there before is ours.
    $ledger.open.points = @(Get-ReferencePoints $system | ForEach-Object { [string]$_.InstanceID })
    Write-Ledger $Wanted.ledger $ledger
    $made = Invoke-CimMethod -InputObject $service -MethodName ConvertToReferencePoint -Arguments @{ AffectedSnapshot = $snapshot }
    $job = Wait-VirtualizationJob $made 'reference-point' $Wanted.jobSeconds
    if ($null -eq $job) { $point = Get-CimInstance -InputObject $made.ResultingReferencePoint }
    else { $point = @($job | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemReferencePoint)[0] }
    if ($null -eq $point) { Stop-Operation 'host/release-failed' @{ vm = $vmId; checkpoint = [string]$Wanted.checkpoint } }
    $mine = [pscustomobject]@{
        id = [string]$point.InstanceID; run = [string]$ledger.open.run; at = (Get-Field $ledger.open 'began'); repository = [string](Get-Field $ledger.open 'repository')
    }
    $ledger.points = @($ledger.points | Where-Object { $null -ne $_ }) + @($mine)
    $ledger.open = New-OpenMerge $mine.run $mine.id
    Write-Ledger $Wanted.ledger $ledger
    # 0 unknown, 1 application, 2 crash: what Hyper-V says of the checkpoint now that it is over. Told before the merge, which may take hours.
    Send-Event @{ reference = @{ id = $mine.id; level = [int]$point.ConsistencyLevel } }
    Remove-Superseded $Wanted.ledger $vmId $mine $Wanted.jobSeconds
    Close-Merge $Wanted.ledger $vmId $Wanted.mergeSeconds
    @{ referencePoint = $mine.id }
}
