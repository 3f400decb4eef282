# Path A, undone: the requester is ended before `end backup`, so no writer learns of a success; then the shadow copies go.
# Request: vmId, ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    Undo-Shadow $Wanted.ledger $vmId
    @{ }
}
