# Turns a recovered VM off and removes everything of the recovery. Request: run, by, ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Read-Recovery $Wanted.ledger ([string]$Wanted.run)
    if ($null -eq $recovery) { return @{ } }
    if ([string]$recovery.phase -eq 'switching') { Stop-Operation 'host/recovery-busy' @{ vm = [string]$recovery.vm; phase = 'switching' } }
    Send-Step 'discard' 'host' 'Hyper-V' 'started' ''
    Set-RecoveryPhase $Wanted.ledger $recovery 'discarding' ([string]$Wanted.by)
    Undo-Recovery $Wanted.ledger ([string]$Wanted.run)
    Send-Step 'discard' 'host' 'Hyper-V' 'done' 'VM, connection and folder are gone'
    @{ }
}
