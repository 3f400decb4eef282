# Commands of Windows PowerShell for the event log, with the parameters of the real ones.
Import-Module HostkeepSimulation

function Write-EventLog {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)][string]$LogName, [Parameter(Mandatory, Position = 1)][string]$Source,
        [Parameter(Position = 3)][ValidateSet('Error', 'Information', 'FailureAudit', 'SuccessAudit', 'Warning')][string]$EntryType = 'Information',
        [Parameter(Mandatory, Position = 2)][ValidateRange(0, 65535)][int]$EventId, [Parameter(Mandatory, Position = 4)][ValidateLength(0, 32766)][string]$Message,
        [int16]$Category, [byte[]]$RawData, [string]$ComputerName)
    Invoke-Simulation 'Write-EventLog' @{ LogName = $LogName; Source = $Source; EntryType = $EntryType; EventId = $EventId; Message = $Message } $PSCmdlet
}

function New-EventLog {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][string]$LogName, [Parameter(Mandatory, Position = 1)][string[]]$Source, [string]$MessageResourceFile, [string]$CategoryResourceFile, [string]$ParameterResourceFile)
    Invoke-Simulation 'New-EventLog' @{ LogName = $LogName; Source = @($Source) } $PSCmdlet
}
Export-ModuleMember -Function *-EventLog
