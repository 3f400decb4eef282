# Commands that make, import and change VMs, with the parameters of the real ones (reference, 1.3 and 1.6); the module reads this file.

function Invoke-VmCommand([string]$Command, [hashtable]$Given, $Caller) {
    Invoke-Simulation $Command $Given $Caller | ForEach-Object { ConvertTo-VmObject $_ }
}

# Ids are GUIDs, and what belongs to a VM knows which one.
function ConvertTo-VmObject($Object) {
    $null = ConvertTo-GuidField $Object @('Id', 'ParentSnapshotId')
    if ($null -ne $Object.PSObject.Properties['Uptime']) { $Object.Uptime = [timespan]::FromMilliseconds([double]$Object.Uptime) }
    foreach ($part in @($Object.HardDrives) + @($Object.NetworkAdapters) + @($Object.DVDDrives)) {
        if ($null -ne $part) { $part | Add-Member NoteProperty VMId $Object.Id -Force }
    }
    $Object
}

function Assert-Kind($Object, [string]$Field, [string]$Type) {
    if ($null -eq $Object -or $null -eq $Object.PSObject.Properties[$Field]) { throw "Cannot convert the value to type Microsoft.HyperV.PowerShell.$Type" }
}

function New-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][int64]$MemoryStartupBytes, [ValidateSet(1, 2)][int16]$Generation = 1, [Parameter(Mandatory)][switch]$NoVHD, [string]$Path, [string]$SwitchName, [version]$Version)
    Invoke-VmCommand 'New-VM' @{ Name = $Name; MemoryStartupBytes = $MemoryStartupBytes; Generation = $Generation; Path = $Path; SwitchName = $SwitchName; Version = [string]$Version } $PSCmdlet
}

function Get-ImportArguments([hashtable]$Bound) {
    $given = @{ }
    foreach ($name in @('Path', 'VirtualMachinePath', 'VhdDestinationPath', 'VhdSourcePath', 'SnapshotFilePath', 'SmartPagingFilePath')) { if ($Bound.ContainsKey($name)) { $given[$name] = [string]$Bound[$name] } }
    foreach ($name in @('Copy', 'GenerateNewId')) { $given[$name] = ($Bound.ContainsKey($name) -and [bool]$Bound[$name]) }
    if ($Bound.ContainsKey('CompatibilityReport')) {
        Assert-Kind $Bound.CompatibilityReport 'Incompatibilities' 'VMCompatibilityReport'
        $given.Report = [string]$Bound.CompatibilityReport.ReportId
    }
    $given
}

function Compare-VM {
    [CmdletBinding(DefaultParameterSetName = 'Register')]
    param(
        [Parameter(ParameterSetName = 'Register', Mandatory, Position = 0)][Parameter(ParameterSetName = 'Copy', Mandatory, Position = 0)][string]$Path,
        [Parameter(ParameterSetName = 'Register')][switch]$Register,
        [Parameter(ParameterSetName = 'Copy', Mandatory)][switch]$Copy,
        [Parameter(ParameterSetName = 'Copy')][switch]$GenerateNewId,
        [Parameter(ParameterSetName = 'Copy')][string]$VirtualMachinePath,
        [Parameter(ParameterSetName = 'Copy')][string]$VhdDestinationPath,
        [Parameter(ParameterSetName = 'Copy')][string]$VhdSourcePath,
        [Parameter(ParameterSetName = 'Copy')][string]$SnapshotFilePath,
        [Parameter(ParameterSetName = 'Copy')][string]$SmartPagingFilePath,
        [Parameter(ParameterSetName = 'Report', Mandatory)]$CompatibilityReport)
    Invoke-Simulation 'Compare-VM' (Get-ImportArguments $PSBoundParameters) $PSCmdlet | ForEach-Object {
        $_.VM = ConvertTo-VmObject $_.VM
        foreach ($one in @($_.Incompatibilities)) {
            # The source of an incompatibility is the device itself.
            $all = @($_.VM.HardDrives) + @($_.VM.NetworkAdapters) + @($_.VM.DVDDrives)
            $one.Source = @($all | Where-Object { $null -ne $_ -and $_.Id -eq $one.Source })[0]
        }
        $_
    }
}

function Import-VM {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Register')]
    param(
        [Parameter(ParameterSetName = 'Register', Mandatory, Position = 0)][Parameter(ParameterSetName = 'Copy', Mandatory, Position = 0)][string]$Path,
        [Parameter(ParameterSetName = 'Register')][switch]$Register,
        [Parameter(ParameterSetName = 'Copy', Mandatory)][switch]$Copy,
        [Parameter(ParameterSetName = 'Copy')][switch]$GenerateNewId,
        [Parameter(ParameterSetName = 'Copy')][string]$VirtualMachinePath,
        [Parameter(ParameterSetName = 'Copy')][string]$VhdDestinationPath,
        [Parameter(ParameterSetName = 'Copy')][string]$VhdSourcePath,
        [Parameter(ParameterSetName = 'Copy')][string]$SnapshotFilePath,
        [Parameter(ParameterSetName = 'Copy')][string]$SmartPagingFilePath,
        [Parameter(ParameterSetName = 'Report', Mandatory)]$CompatibilityReport)
    Invoke-VmCommand 'Import-VM' (Get-ImportArguments $PSBoundParameters) $PSCmdlet
}

function Invoke-Change([string]$Command, $Id, [hashtable]$More, $Caller) {
    Invoke-VmCommand $Command (@{ VMId = ([guid]$Id).ToString('D') } + $More) $Caller
}

function Remove-VM {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [switch]$Force)
    process {
        Assert-Kind $VM 'HardDrives' 'VirtualMachine'
        if (-not $Force) { throw 'Remove-VM asks, and nobody is there to answer' }
        Invoke-Change 'Remove-VM' $VM.Id @{ } $PSCmdlet
    }
}

function Start-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; Invoke-Change 'Start-VM' $VM.Id @{ } $PSCmdlet }
}

function Stop-VM {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Shutdown')]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [switch]$Force, [Parameter(ParameterSetName = 'Save', Mandatory)][switch]$Save, [Parameter(ParameterSetName = 'TurnOff', Mandatory)][switch]$TurnOff)
    process {
        Assert-Kind $VM 'HardDrives' 'VirtualMachine'
        if (-not $Force) { throw 'Stop-VM asks where somebody is logged on, and nobody is there to answer' }
        Invoke-Change 'Stop-VM' $VM.Id @{ How = $PSCmdlet.ParameterSetName } $PSCmdlet
    }
}

function Set-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [int64]$ProcessorCount, [int64]$MemoryStartupBytes, [ValidateSet('Nothing', 'StartIfRunning', 'Start')][string]$AutomaticStartAction,
        [ValidateSet('TurnOff', 'Save', 'ShutDown')][string]$AutomaticStopAction, [ValidateSet('Disabled', 'Production', 'ProductionOnly', 'Standard')][string]$CheckpointType)
    process {
        Assert-Kind $VM 'HardDrives' 'VirtualMachine'
        Invoke-Change 'Set-VM' $VM.Id @{ ProcessorCount = $ProcessorCount; StartAction = $AutomaticStartAction; CheckpointType = $CheckpointType } $PSCmdlet
    }
}

function Rename-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [Parameter(Mandatory, Position = 1)][string]$NewName)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; Invoke-Change 'Rename-VM' $VM.Id @{ NewName = $NewName } $PSCmdlet }
}

function Set-VMFirmware {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [ValidateSet('On', 'Off')][string]$EnableSecureBoot)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; Invoke-Change 'Set-VMFirmware' $VM.Id @{ EnableSecureBoot = $EnableSecureBoot } $PSCmdlet }
}

function Add-VMScsiController {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; Invoke-Change 'Add-VMScsiController' $VM.Id @{ } $PSCmdlet }
}

function Get-VMScsiController {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; Invoke-Simulation 'Get-VMScsiController' @{ VMId = ([guid]$VM.Id).ToString('D') } $PSCmdlet }
}

function Add-VMHardDiskDrive {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [ValidateSet('IDE', 'SCSI', 'PMEM')][string]$ControllerType, [int]$ControllerNumber, [int]$ControllerLocation, [string]$Path, [uint32]$DiskNumber)
    process {
        Assert-Kind $VM 'HardDrives' 'VirtualMachine'
        if ($PSBoundParameters.ContainsKey('Path') -eq $PSBoundParameters.ContainsKey('DiskNumber')) { throw 'a file or a disk of the host, and not both' }
        $what = @{ ControllerType = $ControllerType; ControllerNumber = $ControllerNumber; ControllerLocation = $ControllerLocation; Path = $Path }
        if ($PSBoundParameters.ContainsKey('DiskNumber')) { $what.DiskNumber = [int]$DiskNumber }
        Invoke-Change 'Add-VMHardDiskDrive' $VM.Id $what $PSCmdlet
    }
}

function Get-VMHardDiskDrive {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; foreach ($drive in @($VM.HardDrives)) { $drive | Add-Member NoteProperty VMId $VM.Id -Force -PassThru } }
}

function Get-Slot($Drive) { @{ ControllerType = [string]$Drive.ControllerType; ControllerNumber = [int]$Drive.ControllerNumber; ControllerLocation = [int]$Drive.ControllerLocation } }

function Set-VMHardDiskDrive {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMHardDiskDrive, [string]$Path)
    process { Assert-Kind $VMHardDiskDrive 'ControllerLocation' 'HardDiskDrive'; Invoke-Change 'Set-VMHardDiskDrive' $VMHardDiskDrive.VMId (@{ Path = $Path } + (Get-Slot $VMHardDiskDrive)) $PSCmdlet }
}

function Remove-VMHardDiskDrive {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMHardDiskDrive)
    process { Assert-Kind $VMHardDiskDrive 'ControllerLocation' 'HardDiskDrive'; Invoke-Change 'Remove-VMHardDiskDrive' $VMHardDiskDrive.VMId (Get-Slot $VMHardDiskDrive) $PSCmdlet }
}

function Set-VMDvdDrive {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMDvdDrive, [Parameter(Mandatory)][AllowNull()][string]$Path)
    process { Assert-Kind $VMDvdDrive 'DvdMediaType' 'DvdDrive'; Invoke-Change 'Set-VMDvdDrive' $VMDvdDrive.VMId @{ Path = $Path } $PSCmdlet }
}

function Get-VMNetworkAdapter {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; foreach ($adapter in @($VM.NetworkAdapters)) { $adapter | Add-Member NoteProperty VMId $VM.Id -Force -PassThru } }
}

function Add-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VM, [string]$Name = 'Network Adapter', [string]$SwitchName)
    process { Assert-Kind $VM 'HardDrives' 'VirtualMachine'; Invoke-Change 'Add-VMNetworkAdapter' $VM.Id @{ Name = $Name; SwitchName = $SwitchName } $PSCmdlet }
}

function Disconnect-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMNetworkAdapter)
    process { Assert-Kind $VMNetworkAdapter 'SwitchName' 'VMNetworkAdapter'; Invoke-Change 'Disconnect-VMNetworkAdapter' $VMNetworkAdapter.VMId @{ Adapter = [string]$VMNetworkAdapter.Id } $PSCmdlet }
}

function Connect-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$VMNetworkAdapter, [Parameter(Mandatory)][string]$SwitchName)
    process { Assert-Kind $VMNetworkAdapter 'SwitchName' 'VMNetworkAdapter'; Invoke-Change 'Connect-VMNetworkAdapter' $VMNetworkAdapter.VMId @{ Adapter = [string]$VMNetworkAdapter.Id; SwitchName = $SwitchName } $PSCmdlet }
}

function Get-VMSwitch {
    [CmdletBinding()]
    param([string[]]$Name)
    Invoke-Simulation 'Get-VMSwitch' @{ } $PSCmdlet | Where-Object { $null -eq $Name -or $Name -contains $_.Name }
}
