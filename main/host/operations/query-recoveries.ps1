# The recoveries that the ledger knows, of every phase. Request: ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    @{ items = @(Get-Recoveries $Wanted.ledger | ForEach-Object { @{ run = [string]$_.run; by = [string]$_.by; phase = [string]$_.phase; vmId = [string]$_.vmId; vm = [string]$_.vm } }) }
}
