# The place for a disk that is to replace a VM's: beside the old one, which stays. Request: run, ledger, vmId, disk (which of its disks), bytes.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Send-Step 'place' 'host' 'Hyper-V' 'started' ''
    $vmId = Get-CheckedGuid $Wanted.vmId
    $vm = Hyper-V\Get-VM -Id $vmId -ErrorAction SilentlyContinue
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = $vmId } }
    if ($vm.State.ToString() -ne 'Off') { Stop-Operation 'host/vm-running' @{ vm = [string]$vm.Name; state = $vm.State.ToString() } }
    if (@(Hyper-V\Get-VMSnapshot -VM $vm | Where-Object { $null -ne $_ }).Count -gt 0) { Stop-Operation 'host/has-checkpoints' @{ vm = [string]$vm.Name } }
    $drive = @($vm.HardDrives)[[int]$Wanted.disk]
    if ($null -eq $drive -or $null -ne $drive.DiskNumber) { Stop-Operation 'host/disk-not-found' @{ vm = [string]$vm.Name; disk = [int]$Wanted.disk } }
    $old = [string]$drive.Path
    $file = [IO.Path]::Combine([IO.Path]::GetDirectoryName($old), [IO.Path]::GetFileNameWithoutExtension($old) + '-restored-' + [string]$Wanted.run + '.vhdx')
    if ([IO.File]::Exists($file)) { Stop-Operation 'host/folder-taken' @{ folder = $file } }
    Assert-Space $file ([int64]$Wanted.bytes)
    Write-Restore $Wanted.ledger ([pscustomobject]@{ run = [string]$Wanted.run; kind = 'disk'; vmId = $vmId; vm = [string]$vm.Name; file = $file; old = $old })
    Send-Step 'place' 'host' 'Hyper-V' 'done' $file
    @{ file = $file; old = $old; name = [string]$vm.Name }
}
