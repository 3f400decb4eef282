# Path A, once the restore point is safe: `end backup` tells the writers of success, guests truncate, the shadow copies go.
# Request: vmId, ledger, seconds.
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
    # Commands are repeated in the log: what stands before this one was looked at when the shadow copies were made.
    $number = Find-ShadowError ($log.Substring([Math]::Max(0, $log.LastIndexOf('end backup'))))
    $state = Get-HyperVWriterState
    # Neither the end of the requester nor its silence is the success of the backup.
    $ended = [IO.File]::Exists((Get-EndMark $folder))
    Undo-Shadow $Wanted.ledger $vmId
    if ($null -ne $number -or $null -eq $state -or ($state -ge 6 -and $state -le 12)) {
        Stop-Operation 'host/release-failed' @{ vm = $vmId; hresult = $number; writerState = [string]$state }
    }
    if ($ended) { Send-Step 'post-backup' 'host' 'Hyper-V writer' 'done' 'backup complete' }
    else { Send-Step 'post-backup' 'host' 'Hyper-V writer' 'warning' 'the requester ended and did not say that the backup is complete' }
    @{ ended = $ended }
}
