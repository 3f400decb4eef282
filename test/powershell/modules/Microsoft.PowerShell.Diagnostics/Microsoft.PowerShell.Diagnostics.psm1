Import-Module HostkeepSimulation

function Get-WinEvent {
    [CmdletBinding()]
    param([Parameter(Mandatory)][hashtable]$FilterHashtable, [int64]$MaxEvents)
    Invoke-Simulation 'Get-WinEvent' @{ LogName = $FilterHashtable.LogName } $PSCmdlet
}
