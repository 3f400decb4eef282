# Commands of the iSCSI module with the parameters of the real ones. Like all commands made of CDXML they do not see the caller's preference.
# The simulated initiator really logs in: what it is told goes over TCP to whatever listens there.
Import-Module HostkeepSimulation

function New-IscsiTargetPortal {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)][string]$TargetPortalAddress, [uint16]$TargetPortalPortNumber = 3260, [string]$InitiatorPortalAddress, [bool]$IsHeaderDigest, [bool]$IsDataDigest,
        [ValidateSet('NONE', 'ONEWAYCHAP', 'MUTUALCHAP')][string]$AuthenticationType = 'NONE', [string]$InitiatorInstanceName, [string]$ChapUsername, [string]$ChapSecret)
    if (@('NONE', 'ONEWAYCHAP', 'MUTUALCHAP') -cnotcontains $AuthenticationType) { throw 'the type of authentication is in upper case' }
    Invoke-Simulation 'New-IscsiTargetPortal' @{ Address = $TargetPortalAddress; Port = $TargetPortalPortNumber; Authentication = $AuthenticationType; User = $ChapUsername; Secret = $ChapSecret } $PSCmdlet
}

function Get-IscsiTargetPortal {
    [CmdletBinding()]
    param([string[]]$TargetPortalAddress, [uint16[]]$TargetPortalPortNumber)
    Invoke-Simulation 'Get-IscsiTargetPortal' @{ } $PSCmdlet | Where-Object { $null -eq $TargetPortalAddress -or $TargetPortalAddress -contains $_.TargetPortalAddress }
}

function Remove-IscsiTargetPortal {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)][string[]]$TargetPortalAddress, [uint16]$TargetPortalPortNumber)
    if (-not $PSBoundParameters.ContainsKey('Confirm')) { throw 'Remove-IscsiTargetPortal asks, and nobody is there to answer' }
    Invoke-Simulation 'Remove-IscsiTargetPortal' @{ Address = $TargetPortalAddress[0]; Port = $TargetPortalPortNumber } $PSCmdlet
}

function Connect-IscsiTarget {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)][string]$NodeAddress, [string]$TargetPortalAddress, [uint16]$TargetPortalPortNumber, [string]$InitiatorPortalAddress, [bool]$IsDataDigest, [bool]$IsHeaderDigest,
        [bool]$IsPersistent, [bool]$ReportToPnP, [ValidateSet('NONE', 'ONEWAYCHAP', 'MUTUALCHAP')][string]$AuthenticationType = 'NONE', [bool]$IsMultipathEnabled,
        [string]$InitiatorInstanceName, [string]$ChapUsername, [string]$ChapSecret)
    if (@('NONE', 'ONEWAYCHAP', 'MUTUALCHAP') -cnotcontains $AuthenticationType) { throw 'the type of authentication is in upper case' }
    if ($IsPersistent) { throw 'Hostkeep keeps no connection beyond its own time' }
    Invoke-Simulation 'Connect-IscsiTarget' @{ NodeAddress = $NodeAddress; Address = $TargetPortalAddress; Port = $TargetPortalPortNumber; Authentication = $AuthenticationType; User = $ChapUsername; Secret = $ChapSecret } $PSCmdlet
}

function Disconnect-IscsiTarget {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([string[]]$NodeAddress, [string[]]$SessionIdentifier)
    if (-not $PSBoundParameters.ContainsKey('Confirm')) { throw 'Disconnect-IscsiTarget asks, and nobody is there to answer' }
    if ($null -eq $NodeAddress) { throw 'without a name it would end every session of the host' }
    Invoke-Simulation 'Disconnect-IscsiTarget' @{ NodeAddress = $NodeAddress[0] } $PSCmdlet
}

function Get-IscsiSession {
    [CmdletBinding()]
    param([string[]]$SessionIdentifier)
    Invoke-Simulation 'Get-IscsiSession' @{ } $PSCmdlet
}
Export-ModuleMember -Function *-Iscsi*
