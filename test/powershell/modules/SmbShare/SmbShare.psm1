# Commands of the SmbShare module with the parameters of the real ones, as far as a client uses them.
Import-Module HostkeepSimulation

function Get-SmbMapping {
    [CmdletBinding()]
    param([string[]]$LocalPath, [string[]]$RemotePath)
    Invoke-Simulation 'Get-SmbMapping' @{ RemotePath = $RemotePath[0] } $PSCmdlet
}

function New-SmbMapping {
    [CmdletBinding()]
    param([string]$LocalPath, [Parameter(Mandatory)][string]$RemotePath, [string]$UserName, [string]$Password, [bool]$Persistent = $true, [switch]$SaveCredentials)
    if ($Persistent -or $SaveCredentials) { throw 'Hostkeep keeps no connection beyond its own time' }
    Invoke-Simulation 'New-SmbMapping' @{ RemotePath = $RemotePath; UserName = $UserName; Password = $Password } $PSCmdlet
}

function Remove-SmbMapping {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([string[]]$RemotePath, [switch]$Force)
    if (-not $Force -and -not $PSBoundParameters.ContainsKey('Confirm')) { throw 'Remove-SmbMapping asks, and nobody is there to answer' }
    Invoke-Simulation 'Remove-SmbMapping' @{ RemotePath = $RemotePath[0] } $PSCmdlet
}
Export-ModuleMember -Function *-SmbMapping
