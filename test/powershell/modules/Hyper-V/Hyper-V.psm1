# Commands of the Hyper-V module with the parameters of the real ones (reference, section 1); no more, no less.
Import-Module HostkeepSimulation

function Get-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param(
        [Parameter(ParameterSetName = 'Name', Position = 0)][string[]]$Name,
        [Parameter(ParameterSetName = 'Id', Mandatory)][guid]$Id)
    $given = @{ }
    if ($PSCmdlet.ParameterSetName -eq 'Id') { $given.Id = $Id.ToString('D') }
    Invoke-Simulation 'Get-VM' $given $PSCmdlet | ForEach-Object { ConvertTo-GuidField $_ @('Id', 'ParentSnapshotId') }
}

function Get-VMSnapshot {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    process {
        Invoke-Simulation 'Get-VMSnapshot' @{ VMId = $VM.Id.ToString('D') } $PSCmdlet | ForEach-Object {
            $_.CreationTime = [datetime]::Parse([string]$_.CreationTime, [Globalization.CultureInfo]::InvariantCulture)
            ConvertTo-GuidField $_ @('Id', 'VMId')
        }
    }
}

function Get-VHD {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][string[]]$Path)
    foreach ($one in $Path) { Invoke-Simulation 'Get-VHD' @{ Path = $one } $PSCmdlet }
}

function New-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][int64]$MemoryStartupBytes, [ValidateSet(1, 2)][int16]$Generation = 1, [switch]$NoVHD, [string]$Path)
    Invoke-Simulation 'New-VM' @{ Name = $Name; Generation = $Generation } $PSCmdlet | ForEach-Object { ConvertTo-GuidField $_ @('Id') }
}

function Import-VM {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Register')]
    param(
        [Parameter(ParameterSetName = 'Register', Mandatory)][Parameter(ParameterSetName = 'Copy', Mandatory)][string]$Path,
        [Parameter(ParameterSetName = 'Register')][switch]$Register,
        [Parameter(ParameterSetName = 'Copy', Mandatory)][switch]$Copy,
        [Parameter(ParameterSetName = 'Copy')][switch]$GenerateNewId,
        [Parameter(ParameterSetName = 'Copy')][string]$VirtualMachinePath,
        [Parameter(ParameterSetName = 'Copy')][string]$VhdDestinationPath,
        [Parameter(ParameterSetName = 'Copy')][string]$VhdSourcePath,
        [Parameter(ParameterSetName = 'Report', Mandatory)]$CompatibilityReport)
    if ($null -ne $CompatibilityReport) { $Path = $CompatibilityReport.Path; $GenerateNewId = [switch]$CompatibilityReport.GenerateNewId }
    Invoke-Simulation 'Import-VM' @{ Path = $Path; GenerateNewId = [bool]$GenerateNewId } $PSCmdlet | ForEach-Object { ConvertTo-GuidField $_ @('Id') }
}

function Invoke-Change([string]$Command, $Id, [hashtable]$More, $Caller) {
    Invoke-Simulation 'Change-VM' (@{ Command = $Command; VMId = $Id.ToString('D') } + $More) $Caller
}

function Add-VMHardDiskDrive {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [ValidateSet('IDE', 'SCSI', 'PMEM')][string]$ControllerType, [int]$ControllerNumber, [int]$ControllerLocation, [string]$Path)
    Invoke-Change 'Add-VMHardDiskDrive' $VM.Id @{ Path = $Path } $PSCmdlet
}

function Get-VMHardDiskDrive {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    foreach ($drive in @($VM.HardDrives)) { $drive | Add-Member NoteProperty VMId $VM.Id -Force -PassThru }
}

function Set-VMHardDiskDrive {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMHardDiskDrive, [string]$Path)
    Invoke-Change 'Set-VMHardDiskDrive' $VMHardDiskDrive.VMId @{ Path = $Path; Location = $VMHardDiskDrive.ControllerLocation } $PSCmdlet
}

function Get-VMNetworkAdapter {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    foreach ($adapter in @($VM.NetworkAdapters)) { $adapter | Add-Member NoteProperty VMId $VM.Id -Force -PassThru }
}

function Disconnect-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMNetworkAdapter)
    process { Invoke-Change 'Disconnect-VMNetworkAdapter' $VMNetworkAdapter.VMId @{ } $PSCmdlet }
}

function Rename-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [Parameter(Mandatory)][string]$NewName)
    Invoke-Change 'Rename-VM' $VM.Id @{ NewName = $NewName } $PSCmdlet
}
Export-ModuleMember -Function *-VM, *-VMSnapshot, *-VHD, *-VMHardDiskDrive, *-VMNetworkAdapter
