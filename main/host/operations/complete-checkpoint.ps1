# Path B, once the restore point is safe: the checkpoint becomes a reference point, the older ones of ours go, the disks merge.
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
    $older = @($ledger.points)
    $mine = [pscustomobject]@{ id = [string]$point.InstanceID; run = [string]$ledger.open.run; at = (Get-Field $ledger.open 'began') }
    $ledger.points = @($older) + @($mine)
    $ledger.open = New-OpenMerge $mine.run $mine.id
    Write-Ledger $Wanted.ledger $ledger
    # 0 unknown, 1 application, 2 crash: what Hyper-V says of the checkpoint now that it is over. Told before the merge, which may take hours.
    Send-Event @{ reference = @{ id = $mine.id; level = [int]$point.ConsistencyLevel } }
    foreach ($old in $older) { Remove-ReferencePoint $system ([string]$old.id) $Wanted.jobSeconds }
    $ledger.points = @($mine)
    Write-Ledger $Wanted.ledger $ledger
    Close-Merge $Wanted.ledger $vmId $Wanted.mergeSeconds
    @{ referencePoint = $mine.id }
}
