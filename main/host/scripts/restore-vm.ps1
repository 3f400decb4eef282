# How a restored VM comes to be. ASCII only, Windows PowerShell 5.1 and 7.

# The old VM gives way: its configuration is kept beside the new one until that stands, its disks stay where they are. Gives those disks.
function Save-ReplacedVm($Wanted, $Restore, $Old) {
    if ($Old.State.ToString() -ne 'Off') { Stop-Operation 'host/vm-running' @{ vm = [string]$Old.Name; state = $Old.State.ToString() } }
    $name = ([guid]$Old.Id).ToString('D').ToUpperInvariant() + '.vmcx'
    $original = [IO.Path]::Combine([string]$Old.ConfigurationLocation, 'Virtual Machines', $name)
    $saved = [IO.Path]::Combine([string]$Restore.folder, 'Replaced', $name)
    Copy-Configuration $original $saved
    $Restore.replaced = [pscustomobject]@{ saved = $saved; original = $original }
    Write-Restore $Wanted.ledger $Restore
    foreach ($drive in @($Old.HardDrives)) { if ($null -eq $drive.DiskNumber) { [string]$drive.Path } }
    Hyper-V\Remove-VM -VM $Old -Force -Confirm:$false
}

# Hyper-V's own files, read by Compare-VM: what stands in the way is taken out of the plan, the disks come in afterwards.
function Import-RestoredVm($Wanted, $Restore, $Lost) {
    $folder = [string]$Restore.folder
    $how = @{ Path = [string]$Wanted.definition }
    # Under its own identity the files are used where they are; a new identity exists for copies only.
    if ($Wanted.newIdentity) {
        $how.Copy = $true
        $how.GenerateNewId = $true
        $how.VirtualMachinePath = $folder
        $how.SnapshotFilePath = $folder
        $how.SmartPagingFilePath = $folder
        $how.VhdDestinationPath = [IO.Path]::Combine($folder, 'Virtual Hard Disks')
    }
    $report = Hyper-V\Compare-VM @how
    foreach ($drive in @($report.VM.HardDrives)) { if ($null -ne $drive) { Hyper-V\Remove-VMHardDiskDrive -VMHardDiskDrive $drive -Confirm:$false } }
    foreach ($found in @($report.Incompatibilities)) {
        if ($null -eq $found -or $null -eq $found.Source) { continue }
        if ($null -ne $found.Source.PSObject.Properties['SwitchName']) {
            if ([string]$found.Source.SwitchName -ne '') { $Lost.Add([string]$found.Source.SwitchName) }
            Hyper-V\Disconnect-VMNetworkAdapter -VMNetworkAdapter $found.Source -Confirm:$false
        }
        elseif ($null -ne $found.Source.PSObject.Properties['DvdMediaType']) { Hyper-V\Set-VMDvdDrive -VMDvdDrive $found.Source -Path $null -Confirm:$false }
    }
    if ($Wanted.disconnect) {
        foreach ($adapter in @($report.VM.NetworkAdapters)) { if ($null -ne $adapter) { Hyper-V\Disconnect-VMNetworkAdapter -VMNetworkAdapter $adapter -Confirm:$false } }
    }
    $report = Hyper-V\Compare-VM -CompatibilityReport $report
    $left = @($report.Incompatibilities | Where-Object { $null -ne $_ })
    if ($left.Count -gt 0) { Stop-Operation 'host/import-failed' @{ path = [string]$Wanted.definition; messageIds = @($left | ForEach-Object { [string]$_.MessageId }) } }
    $imported = Hyper-V\Import-VM -CompatibilityReport $report -Confirm:$false
    Hyper-V\Get-VM -Id ([guid]$imported.Id)
}

# A VM anew, with what was noted of the old one: for points without Hyper-V's own files.
function New-RestoredVm($Wanted, $Restore, $Lost) {
    $facts = $Wanted.facts
    $made = Hyper-V\New-VM -Name ([string]$Wanted.name) -Generation ([int16]$facts.generation) -MemoryStartupBytes ([int64]$facts.memoryBytes) -NoVHD -Path ([string]$Restore.folder) -Confirm:$false
    $vm = Hyper-V\Get-VM -Id ([guid]$made.Id)
    Hyper-V\Set-VM -VM $vm -ProcessorCount ([int64]$facts.processors) -Confirm:$false
    # The default template of Secure Boot refuses most Linux loaders.
    if ($Wanted.linux -and [int]$facts.generation -eq 2) { Hyper-V\Set-VMFirmware -VM $vm -EnableSecureBoot Off -Confirm:$false }
    $controllers = @(Hyper-V\Get-VMScsiController -VM $vm).Count
    $wantedControllers = 0
    foreach ($disk in @($Wanted.disks)) { if ([string]$disk.controller -eq 'SCSI') { $wantedControllers = [Math]::Max($wantedControllers, [int]$disk.number + 1) } }
    for (; $controllers -lt $wantedControllers; $controllers++) { Hyper-V\Add-VMScsiController -VM $vm -Confirm:$false }
    $switches = @(Hyper-V\Get-VMSwitch | ForEach-Object { [string]$_.Name })
    $adapters = @(Hyper-V\Get-VMNetworkAdapter -VM $vm)
    $at = 0
    foreach ($network in @($facts.networks)) {
        if ($null -eq $network) { continue }
        $name = [string]$network.switch
        $connect = ($name -ne '' -and -not $Wanted.disconnect)
        if ($connect -and $switches -notcontains $name) { $Lost.Add($name); $connect = $false }
        if ($at -lt $adapters.Count) { if ($connect) { Hyper-V\Connect-VMNetworkAdapter -VMNetworkAdapter $adapters[$at] -SwitchName $name -Confirm:$false } }
        elseif ($connect) { Hyper-V\Add-VMNetworkAdapter -VM $vm -SwitchName $name -Confirm:$false }
        else { Hyper-V\Add-VMNetworkAdapter -VM $vm -Confirm:$false }
        $at++
    }
    Hyper-V\Get-VM -Id ([guid]$made.Id)
}
