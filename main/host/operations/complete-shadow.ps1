# Path A, once the restore point is safe: `end backup` tells the writers of success, guests truncate, the shadow copies go.
# Request: vmId, ledger, process, full (bool), seconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    $ledger = Read-Ledger $Wanted.ledger $vmId
    if ($null -eq $ledger.open -or $ledger.open.kind -ne 'shadow') { Stop-Operation 'host/release-failed' @{ vm = $vmId } }
    $folder = [string]$ledger.open.reference
    $process = Get-RequesterProcess $folder
    if ($null -eq $process) { Stop-Operation 'host/release-failed' @{ vm = $vmId; requester = 'gone' } }
    [IO.File]::WriteAllText([IO.Path]::Combine($folder, 'go'), '')
    Send-Step 'post-backup' 'host' 'Hyper-V writer' 'started' ''
    # Looked at, not waited for: a wait in one piece could not be stopped by a cancel.
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not $process.HasExited) {
        if ($clock.Elapsed.TotalSeconds -gt $Wanted.seconds) { Stop-Operation 'host/merge-timeout' @{ vm = $vmId; waitedSeconds = [int]$Wanted.seconds } }
        Send-Event @{ progress = @{ phase = 'end-backup'; percent = 0 } }
        Start-Sleep -Milliseconds $PollMilliseconds
    }
    $log = Read-SharedText ([IO.Path]::Combine($folder, 'backup.log'))
    $number = Find-ErrorNumber $log
    $state = Get-HyperVWriterState
    # The end of the requester is not the success of the backup: numbers in its log and the writer's state are.
    $succeeded = ($null -eq $number -and $null -ne $state -and ($state -lt 6 -or $state -gt 12))
    Undo-Shadow $Wanted.ledger $vmId
    if (-not $succeeded) { Stop-Operation 'host/release-failed' @{ vm = $vmId; hresult = $number; writerState = [string]$state } }
    Send-Step 'post-backup' 'host' 'Hyper-V writer' 'done' 'backup complete'
    @{ truncated = [bool]$Wanted.full }
}
