# The disk is written: the VM's drive is pointed to it. The old file stays. Request: run, ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $restore = Read-Restore $Wanted.ledger $Wanted.run
    if ($null -eq $restore) { Stop-Operation 'host/restore-gone' @{ run = [string]$Wanted.run } }
    $vm = Hyper-V\Get-VM -Id ([string]$restore.vmId) -ErrorAction SilentlyContinue
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = [string]$restore.vm } }
    if ($vm.State.ToString() -ne 'Off') { Stop-Operation 'host/vm-running' @{ vm = [string]$vm.Name; state = $vm.State.ToString() } }
    $drive = @(Hyper-V\Get-VMHardDiskDrive -VM $vm | Where-Object { [string]$_.Path -eq [string]$restore.old })[0]
    # Somebody has changed the VM in the meantime.
    if ($null -eq $drive) { Stop-Operation 'host/disk-not-found' @{ vm = [string]$vm.Name; path = [string]$restore.old } }
    Grant-VmFile ([guid]$vm.Id) ([string]$restore.file)
    Send-Step 'grant-files' 'host' 'icacls' 'done' ('NT VIRTUAL MACHINE\' + ([guid]$vm.Id).ToString('D').ToUpperInvariant())
    Send-Step 'attach-disks' 'host' 'Hyper-V' 'started' ''
    Hyper-V\Set-VMHardDiskDrive -VMHardDiskDrive $drive -Path ([string]$restore.file) -Confirm:$false
    Send-Step 'attach-disks' 'host' 'Hyper-V' 'done' ([string]$restore.file)
    Remove-Restore $Wanted.ledger $Wanted.run
    @{ name = [string]$vm.Name; old = [string]$restore.old }
}
