# Connects the host's initiator to the publisher and takes the disks offline. Request: run, ledger, address, port, iqn,
#   chap (null or { user, secret }), units: [{ disk, serial, controller, number, location }], seconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Get-Recovery $Wanted.ledger $Wanted.run
    $recovery.iqn = [string]$Wanted.iqn
    $recovery.address = [string]$Wanted.address
    $recovery.port = [int]$Wanted.port
    $recovery.disks = @($Wanted.units)
    Write-Recovery $Wanted.ledger $recovery
    Send-Step 'connect-target' 'host' 'iSCSI initiator' 'started' ($recovery.address + ':' + [string]$recovery.port)
    Connect-Target $Wanted
    $found = Wait-TargetDisks ([string]$Wanted.iqn) @($Wanted.units) ([int]$Wanted.seconds)
    $numbers = @()
    foreach ($unit in @($Wanted.units)) {
        Set-DiskForVm $found[[string]$unit.serial]
        $numbers += [int]$found[[string]$unit.serial].Number
    }
    Send-Step 'connect-target' 'host' 'iSCSI initiator' 'done' ('disks ' + ($numbers -join ', ') + ', offline on the host')
    @{ numbers = $numbers }
}
