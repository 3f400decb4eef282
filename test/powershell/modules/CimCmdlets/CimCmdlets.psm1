# CIM commands with the parameters and types of the real ones; the instances are the simulated world's.
Import-Module HostkeepSimulation

# Parameters of methods: a method that gets another name or another type refuses it, as WMI does.
$signatures = @{
    CreateSnapshot = @{ AffectedSystem = 'Msvm_ComputerSystem'; SnapshotSettings = [string]; SnapshotType = [uint16] }
    DestroySnapshot = @{ AffectedSnapshot = 'Msvm_VirtualSystemSettingData' }
    ConvertToReferencePoint = @{ AffectedSnapshot = 'Msvm_VirtualSystemSettingData' }
    DestroyReferencePoint = @{ AffectedReferencePoint = 'Msvm_VirtualSystemReferencePoint' }
    GetVirtualDiskChanges = @{ Path = [string]; LimitId = [string]; ByteOffset = [uint64]; ByteLength = [uint64] }
}
$services = @{
    CreateSnapshot = 'Msvm_VirtualSystemSnapshotService'; DestroySnapshot = 'Msvm_VirtualSystemSnapshotService'
    ConvertToReferencePoint = 'Msvm_VirtualSystemSnapshotService'; DestroyReferencePoint = 'Msvm_VirtualSystemReferencePointService'
    GetVirtualDiskChanges = 'Msvm_ImageManagementService'
}

function Get-CimInstance {
    [CmdletBinding(DefaultParameterSetName = 'Class')]
    param(
        [Parameter(ParameterSetName = 'Class')][string]$Namespace = 'root\cimv2',
        [Parameter(ParameterSetName = 'Class', Mandatory, Position = 0)][string]$ClassName,
        [Parameter(ParameterSetName = 'Class')][string]$Filter = '',
        [Parameter(ParameterSetName = 'Instance', Mandatory, ValueFromPipeline)]$InputObject)
    process {
        if ($PSCmdlet.ParameterSetName -eq 'Class') { Invoke-Simulation 'Get-CimInstance' @{ namespace = $Namespace; className = $ClassName; filter = $Filter } $PSCmdlet }
        else { Invoke-Simulation 'Get-CimInstance' @{ instance = (Get-Reference $InputObject) } $PSCmdlet }
    }
}

function Get-Reference($Instance) { @{ Class = $Instance.Class; Key = $Instance.Key } }

function Get-CimAssociatedInstance {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$InputObject, [Parameter(Mandatory)][string]$ResultClassName)
    process { Invoke-Simulation 'Get-CimAssociatedInstance' @{ instance = (Get-Reference $InputObject); className = $ResultClassName } $PSCmdlet }
}

function Get-CimClass {
    [CmdletBinding()]
    param([string]$Namespace = 'root\cimv2', [Parameter(Mandatory, Position = 0)][string]$ClassName)
    $names = @(Invoke-Simulation 'Get-CimClass' @{ className = $ClassName } $PSCmdlet)
    if ($names.Count -gt 0) { [pscustomobject]@{ CimClassProperties = @($names | ForEach-Object { [pscustomobject]@{ Name = $_ } }) } }
}

function Invoke-CimMethod {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)]$InputObject, [Parameter(Mandatory, Position = 0)][string]$MethodName, [Collections.IDictionary]$Arguments = @{ })
    $signature = $signatures[$MethodName]
    if ($null -eq $signature -or $services[$MethodName] -ne $InputObject.Class) { throw "$($InputObject.Class) has no method $MethodName" }
    $plain = @{ }
    foreach ($name in @($Arguments.Keys)) {
        $type = $signature[$name]
        $value = $Arguments[$name]
        if ($null -eq $type) { throw "$MethodName has no parameter $name" }
        if ($type -is [type]) { if ($value -isnot $type) { throw "$MethodName.$name wants $type and got $($value.GetType())" } }
        elseif ($value.Class -ne $type) { throw "$MethodName.$name wants a $type and got a $($value.Class)" }
        if ($type -is [type]) { $plain[$name] = $value } else { $plain[$name] = Get-Reference $value }
    }
    foreach ($name in @($signature.Keys)) { if (-not $plain.ContainsKey($name)) { throw "$MethodName lacks $name" } }
    Invoke-Simulation 'Invoke-CimMethod' @{ method = $MethodName; arguments = $plain } $PSCmdlet
}

function Remove-CimInstance {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline)]$InputObject)
    process { Invoke-Simulation 'Remove-CimInstance' @{ instance = (Get-Reference $InputObject) } $PSCmdlet }
}
Export-ModuleMember -Function Get-CimInstance, Get-CimAssociatedInstance, Get-CimClass, Invoke-CimMethod, Remove-CimInstance
