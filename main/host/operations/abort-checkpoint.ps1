# Path B, undone: the checkpoint goes, the older reference point stays. Request: vmId, ledger, jobSeconds, mergeSeconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Undo-Checkpoint $Wanted.ledger (Get-CheckedGuid $Wanted.vmId) $Wanted.jobSeconds
    Wait-Merge (Get-CheckedGuid $Wanted.vmId) $Wanted.mergeSeconds
    @{ }
}
