# Shuts the guest of a recovered VM down, so that nothing writes to the published disks any more. Request: run, ledger, turnOff, seconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Get-Recovery $Wanted.ledger $Wanted.run
    $vm = Get-RecoveredVm $recovery
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = [string]$recovery.vm } }
    Send-Step 'stop-vm' 'host' 'Hyper-V' 'started' ''
    $before = $vm.State.ToString()
    if ($before -ne 'Off') {
        # Whether it is to run again afterwards is noted before it stops.
        $recovery.running = $true
        Write-Recovery $Wanted.ledger $recovery
        if ($Wanted.turnOff) { Hyper-V\Stop-VM -VM $vm -TurnOff -Force -Confirm:$false }
        else {
            try { Hyper-V\Stop-VM -VM $vm -Force -Confirm:$false }
            catch { Stop-Operation 'host/guest-not-stopping' @{ vm = [string]$vm.Name; errorId = [string]$_.FullyQualifiedErrorId } }
        }
        if (-not (Wait-VmOff ([string]$recovery.vmId) ([int]$Wanted.seconds))) { Stop-Operation 'host/guest-not-stopping' @{ vm = [string]$vm.Name; seconds = [int]$Wanted.seconds } }
    }
    Send-Step 'stop-vm' 'host' 'Hyper-V' 'done' ('was ' + $before)
    @{ was = $before }
}
