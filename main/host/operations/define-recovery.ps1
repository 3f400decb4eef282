# Makes the VM on the connected disks, under a new identity, and starts it if that was asked for. Request: run, ledger, definition (main file,
#   or null: made anew), name, switch (null: no adapter is connected), start, linux, facts { generation, memoryBytes, processors, networks }.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Get-Recovery $Wanted.ledger $Wanted.run
    $lost = [Collections.Generic.List[string]]::new()
    $disks = @($recovery.disks | Where-Object { $null -ne $_ })
    $how = [pscustomobject]@{ definition = $Wanted.definition; name = $Wanted.name; newIdentity = $true; disconnect = $true; linux = $Wanted.linux; facts = $Wanted.facts; disks = $disks }
    Send-Step 'define-vm' 'host' 'Hyper-V' 'started' ''
    if ($null -ne $Wanted.switch -and @(Hyper-V\Get-VMSwitch | Where-Object { [string]$_.Name -eq [string]$Wanted.switch }).Count -eq 0) { Stop-Operation 'input/invalid' @{ switch = [string]$Wanted.switch } }
    if ($null -ne $Wanted.definition) { $vm = Import-RestoredVm $how $recovery $lost }
    else { $vm = New-RestoredVm $how $recovery $lost }
    $id = [guid]$vm.Id
    $recovery.vmId = $id.ToString('D')
    Write-Recovery $Wanted.ledger $recovery
    if ([string]$vm.Name -ne [string]$Wanted.name) { Hyper-V\Rename-VM -VM $vm -NewName ([string]$Wanted.name) -Confirm:$false }
    # Its disks are gone after a restart of the host: it must not be started then, nor be checkpointed, which pass-through disks cannot be.
    Hyper-V\Set-VM -VM $vm -AutomaticStartAction Nothing -AutomaticStopAction ShutDown -CheckpointType Disabled -Confirm:$false
    $made = 'made anew from the noted facts'
    if ($null -ne $Wanted.definition) { $made = 'imported' }
    Send-Step 'define-vm' 'host' 'Hyper-V' 'done' ($made + ', identity ' + $recovery.vmId)

    Send-Step 'attach-disks' 'host' 'Hyper-V' 'started' ''
    $numbers = Get-UnitNumbers $recovery
    foreach ($disk in $disks) {
        if (-not $numbers.ContainsKey([string]$disk.serial)) { Stop-Operation 'host/target-disks-missing' @{ iqn = [string]$recovery.iqn; serials = @([string]$disk.serial) } }
        Hyper-V\Add-VMHardDiskDrive -VM (Hyper-V\Get-VM -Id $id) -ControllerType ([string]$disk.controller) -ControllerNumber ([int]$disk.number) -ControllerLocation ([int]$disk.location) -DiskNumber ([uint32]$numbers[[string]$disk.serial]) -Confirm:$false
    }
    Send-Step 'attach-disks' 'host' 'Hyper-V' 'done' ([string]$disks.Count + ' disks, directly from the backup storage')

    $network = 'disconnected'
    if ($null -ne $Wanted.switch) {
        $network = 'connected to ' + [string]$Wanted.switch
        foreach ($adapter in @(Hyper-V\Get-VMNetworkAdapter -VM (Hyper-V\Get-VM -Id $id))) { Hyper-V\Connect-VMNetworkAdapter -VMNetworkAdapter $adapter -SwitchName ([string]$Wanted.switch) -Confirm:$false }
    }
    Send-Step 'network' 'host' 'Hyper-V' 'done' $network
    if ($Wanted.start) {
        Send-Step 'start-vm' 'host' 'Hyper-V' 'started' ''
        Start-RecoveredVm $recovery.vmId
        Send-Step 'start-vm' 'host' 'Hyper-V' 'done' ''
    }
    $imported = [IO.Path]::Combine([string]$recovery.folder, 'Imported')
    if ([IO.Directory]::Exists($imported)) { [IO.Directory]::Delete($imported, $true) }
    $recovery.running = [bool]$Wanted.start
    Set-RecoveryPhase $Wanted.ledger $recovery 'running' ''
    @{ vmId = $recovery.vmId; name = [string]$Wanted.name; lostSwitches = $lost.ToArray() }
}
