# Path B, undone: the checkpoint goes, the older reference point stays. Request: vmId, ledger, jobSeconds, mergeSeconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    if (-not (Undo-Checkpoint $Wanted.ledger (Get-CheckedGuid $Wanted.vmId) $Wanted.jobSeconds)) { Stop-Operation 'host/vm-busy' @{ vm = [string]$Wanted.vmId } }
    Close-Merge $Wanted.ledger (Get-CheckedGuid $Wanted.vmId) $Wanted.mergeSeconds
    @{ }
}
