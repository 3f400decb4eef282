# The disks are written: the VM is imported or made, its disks attached and granted, and started if that was asked for.
# Request: run, ledger, definition (main file, or null: made anew), name, newIdentity, disconnect, start, linux,
#   facts { generation, memoryBytes, processors, networks: [{ name, switch }] }, disks: [{ path, controller, number, location }].
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $restore = Read-Restore $Wanted.ledger $Wanted.run
    if ($null -eq $restore) { Stop-Operation 'host/restore-gone' @{ run = [string]$Wanted.run } }
    $lost = [Collections.Generic.List[string]]::new()
    $kept = @()
    Send-Step 'define-vm' 'host' 'Hyper-V' 'started' ''
    $old = $null
    if ($null -ne $restore.vmId -and -not $Wanted.newIdentity) { $old = Hyper-V\Get-VM -Id ([string]$restore.vmId) -ErrorAction SilentlyContinue }
    if ($null -ne $old) { $kept = @(Save-ReplacedVm $Wanted $restore $old) }
    if ($null -ne $Wanted.definition) { $vm = Import-RestoredVm $Wanted $restore $lost }
    else { $vm = New-RestoredVm $Wanted $restore $lost }
    if ([string]$vm.Name -ne [string]$Wanted.name) { Hyper-V\Rename-VM -VM $vm -NewName ([string]$Wanted.name) -Confirm:$false }
    $id = [guid]$vm.Id
    $how = 'made anew from the noted facts'
    if ($null -ne $Wanted.definition) { $how = 'imported' }
    Send-Step 'define-vm' 'host' 'Hyper-V' 'done' ($how + ', identity ' + $id.ToString('D'))

    Send-Step 'attach-disks' 'host' 'Hyper-V' 'started' ''
    foreach ($disk in @($Wanted.disks)) {
        Hyper-V\Add-VMHardDiskDrive -VM $vm -ControllerType ([string]$disk.controller) -ControllerNumber ([int]$disk.number) -ControllerLocation ([int]$disk.location) -Path ([string]$disk.path) -Confirm:$false
    }
    Send-Step 'attach-disks' 'host' 'Hyper-V' 'done' ([string]@($Wanted.disks).Count + ' disks')
    foreach ($disk in @($Wanted.disks)) { Grant-VmFile $id ([string]$disk.path) }
    Send-Step 'grant-files' 'host' 'icacls' 'done' ('NT VIRTUAL MACHINE\' + $id.ToString('D').ToUpperInvariant())
    $network = 'as it was'
    if ($Wanted.disconnect) { $network = 'disconnected' }
    elseif ($lost.Count -gt 0) { $network = 'not connected: ' + ($lost -join ', ') }
    Send-Step 'network' 'host' 'Hyper-V' $(if ($lost.Count -gt 0 -and -not $Wanted.disconnect) { 'warning' } else { 'done' }) $network
    if ($Wanted.start) {
        Send-Step 'start-vm' 'host' 'Hyper-V' 'started' ''
        Hyper-V\Start-VM -VM (Hyper-V\Get-VM -Id $id) -Confirm:$false
        Send-Step 'start-vm' 'host' 'Hyper-V' 'done' ''
    }
    # From here on it is a VM like any other: whoever finds the ledger's file without the mark takes nothing back.
    Complete-RestoreFolder ([string]$restore.folder)
    Remove-Restore $Wanted.ledger $Wanted.run
    @{ vmId = $id.ToString('D'); name = [string]$Wanted.name; lostSwitches = $lost.ToArray(); keptDisks = @($kept) }
}
