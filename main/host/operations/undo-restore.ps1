# Takes back a restore that did not come to its end. Request: run, ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Undo-Restore $Wanted.ledger ([string]$Wanted.run)
    @{ }
}
