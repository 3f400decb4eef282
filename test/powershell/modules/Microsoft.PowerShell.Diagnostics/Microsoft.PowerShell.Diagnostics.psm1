Import-Module HostkeepSimulation

function Get-WinEvent {
    [CmdletBinding()]
    param([Parameter(Mandatory)][hashtable]$FilterHashtable, [int64]$MaxEvents)
    $from = $null
    if ($FilterHashtable.ContainsKey('StartTime')) { $from = ([datetime]$FilterHashtable.StartTime).ToUniversalTime().ToString('o') }
    $ids = @()
    if ($FilterHashtable.ContainsKey('Id')) { $ids = @($FilterHashtable.Id) }
    Invoke-Simulation 'Get-WinEvent' @{ LogName = $FilterHashtable.LogName; Id = $ids; StartTime = $from } $PSCmdlet
}
