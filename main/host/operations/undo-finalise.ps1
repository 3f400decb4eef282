# Takes a finalise back that did not come to its end; what switches disks already is brought to its end instead. Request: run, ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Clear-Recovery $Wanted.ledger ([string]$Wanted.run)
    @{ }
}
