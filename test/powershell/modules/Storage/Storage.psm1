# Commands of the Storage module with the parameters of the real ones, as far as disks of an initiator need them.
Import-Module HostkeepSimulation

function Get-InitiatorPort {
    [CmdletBinding()]
    param([string[]]$NodeAddress)
    Invoke-Simulation 'Get-InitiatorPort' @{ } $PSCmdlet
}

function Get-Disk {
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Position = 0)][uint32[]]$Number,
        [Parameter(ParameterSetName = 'BySession', Mandatory, ValueFromPipeline)]$IscsiSession)
    process {
        $given = @{ }
        if ($PSCmdlet.ParameterSetName -eq 'BySession') {
            if ($null -eq $IscsiSession.PSObject.Properties['SessionIdentifier']) { throw 'Cannot convert the value to type CimInstance#MSFT_iSCSISession' }
            $given.Session = [string]$IscsiSession.SessionIdentifier
        }
        elseif ($null -ne $Number) { $given.Number = [int]$Number[0] }
        Invoke-Simulation 'Get-Disk' $given $PSCmdlet
    }
}

# IsOffline and IsReadOnly are parameter sets of their own: one call cannot do both.
function Set-Disk {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)][uint32]$Number,
        [Parameter(ParameterSetName = 'Offline', Mandatory)][bool]$IsOffline,
        [Parameter(ParameterSetName = 'ReadOnly', Mandatory)][bool]$IsReadOnly)
    $given = @{ Number = [int]$Number }
    if ($PSCmdlet.ParameterSetName -eq 'Offline') { $given.IsOffline = $IsOffline } else { $given.IsReadOnly = $IsReadOnly }
    Invoke-Simulation 'Set-Disk' $given $PSCmdlet
}
Export-ModuleMember -Function Get-InitiatorPort, Get-Disk, Set-Disk
