# The local disks are written: they take the places of the published ones, and the VM is started again if it ran. Request: run, ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Get-Recovery $Wanted.ledger $Wanted.run
    if (@('finalising', 'switching') -notcontains [string]$recovery.phase) { Stop-Operation 'host/recovery-busy' @{ vm = [string]$recovery.vm; phase = [string]$recovery.phase } }
    $vm = Get-RecoveredVm $recovery
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = [string]$recovery.vm } }
    if ($vm.State.ToString() -ne 'Off') { Stop-Operation 'host/vm-running' @{ vm = [string]$vm.Name; state = $vm.State.ToString() } }
    Send-Step 'switch-disks' 'host' 'Hyper-V' 'started' ''
    $files = @($recovery.files | ForEach-Object { [string]$_.path })
    Complete-Finalise $Wanted.ledger $recovery
    Send-Step 'switch-disks' 'host' 'Hyper-V' 'done' ([string]$files.Count + ' local disks')
    @{ vmId = [string]$recovery.vmId; name = [string]$vm.Name; files = $files }
}
