# Commands of the Hyper-V module with the parameters of the real ones (reference, section 1); no more, no less.
Import-Module HostkeepSimulation

function Get-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param(
        [Parameter(ParameterSetName = 'Name', Position = 0)][string[]]$Name,
        [Parameter(ParameterSetName = 'Id', Mandatory)][guid]$Id)
    $given = @{ }
    if ($PSCmdlet.ParameterSetName -eq 'Id') { $given.Id = $Id.ToString('D') }
    Invoke-Simulation 'Get-VM' $given $PSCmdlet | ForEach-Object { ConvertTo-VmObject $_ }
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

. "$PSScriptRoot/Restore.ps1"
. "$PSScriptRoot/Guest.ps1"

Export-ModuleMember -Function Invoke-Command, New-PSSession, Remove-PSSession, Copy-Item, Copy-VMFile, *-VM, *-VMSnapshot, *-VHD, *-VMHardDiskDrive, *-VMNetworkAdapter, *-VMDvdDrive, *-VMScsiController, *-VMFirmware, *-VMSwitch
