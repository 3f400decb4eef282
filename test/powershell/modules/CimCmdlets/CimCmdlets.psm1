# CIM commands with the parameters and types of the real ones; classes and instances are the simulated world's.
Import-Module HostkeepSimulation

# Properties have the types of their class, as CIM instances have.
$types = @{
    string = [string]; boolean = [bool]; datetime = [datetime]; uint8 = [byte]; uint16 = [uint16]; uint32 = [uint32]; uint64 = [uint64]
    'string[]' = [string[]]; 'uint16[]' = [uint16[]]; 'uint64[]' = [uint64[]]
}

# With -Property all others have no value.
function ConvertTo-CimObject($Item, [string[]]$Only) {
    $made = [pscustomobject]@{ }
    foreach ($one in @($Item.properties)) {
        $value = $one.value
        if ($null -ne $Only -and $Only -notcontains $one.name) { $value = $null }
        if ($null -ne $value) { $value = [Management.Automation.LanguagePrimitives]::ConvertTo($value, $types[$one.type]) }
        $made.PSObject.Properties.Add([Management.Automation.PSNoteProperty]::new($one.name, $value))
    }
    Add-Reference $made $Item
}

# What the simulation knows an instance by. Scripts that look at it have nothing to look at on a host.
function Add-Reference($Object, $Item) {
    $Object.PSObject.Properties.Add([Management.Automation.PSNoteProperty]::new('#simulated', @{ Class = $Item.Class; Key = $Item.Key }))
    $Object.PSObject.TypeNames.Insert(0, 'Microsoft.Management.Infrastructure.CimInstance#' + $Item.Class)
    $Object
}

function Get-Reference($Object, [string]$Command) {
    $known = $null
    if ($null -ne $Object) { $known = $Object.PSObject.Properties['#simulated'] }
    if ($null -eq $known) { throw [Management.Automation.ParameterBindingException]::new("$Command needs a CimInstance") }
    $known.Value
}

function Get-CimInstance {
    [CmdletBinding(DefaultParameterSetName = 'ClassNameComputerSet')]
    param(
        [Parameter(ParameterSetName = 'ClassNameComputerSet')][string]$Namespace = 'root\cimv2',
        [Parameter(ParameterSetName = 'ClassNameComputerSet', Mandatory, Position = 0)][string]$ClassName,
        [Parameter(ParameterSetName = 'ClassNameComputerSet')][string]$Filter = '',
        [Parameter(ParameterSetName = 'ClassNameComputerSet')][Alias('SelectProperties')][string[]]$Property,
        [Parameter(ParameterSetName = 'CimInstanceComputerSet', Mandatory, ValueFromPipeline, Position = 0)][Alias('CimInstance')]$InputObject,
        [uint32]$OperationTimeoutSec)
    process {
        $given = @{ namespace = $Namespace; className = $ClassName; filter = $Filter }
        if ($PSCmdlet.ParameterSetName -eq 'CimInstanceComputerSet') { $given = @{ instance = (Get-Reference $InputObject 'Get-CimInstance') } }
        Invoke-Simulation 'Get-CimInstance' $given $PSCmdlet | ForEach-Object { ConvertTo-CimObject $_ $Property }
    }
}

function Get-CimAssociatedInstance {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline, Position = 0)][Alias('CimInstance')]$InputObject, [Parameter(Mandatory)][string]$ResultClassName, [uint32]$OperationTimeoutSec)
    process {
        $given = @{ instance = (Get-Reference $InputObject 'Get-CimAssociatedInstance'); className = $ResultClassName }
        Invoke-Simulation 'Get-CimAssociatedInstance' $given $PSCmdlet | ForEach-Object { ConvertTo-CimObject $_ }
    }
}

function Get-CimClass {
    [CmdletBinding()]
    param([Parameter(Position = 1)][string]$Namespace = 'root\cimv2', [Parameter(Mandatory, Position = 0)][string]$ClassName, [uint32]$OperationTimeoutSec)
    Invoke-Simulation 'Get-CimClass' @{ namespace = $Namespace; className = $ClassName } $PSCmdlet | ForEach-Object {
        [pscustomobject]@{ CimClassName = $ClassName; CimClassProperties = @($_.properties); CimClassMethods = @($_.methods) }
    }
}

function Invoke-CimMethod {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, ValueFromPipeline, Position = 0)][Alias('CimInstance')]$InputObject,
        [Parameter(Mandatory, Position = 1)][Alias('Name')][string]$MethodName,
        [Parameter(Position = 2)][Collections.IDictionary]$Arguments = @{ },
        [uint32]$OperationTimeoutSec)
    process {
        $plain = @{ }
        foreach ($name in @($Arguments.Keys)) {
            $value = $Arguments[$name]
            if ($null -eq $value) { continue }
            if ($null -ne $value.PSObject.Properties['#simulated']) { $plain[$name] = @{ type = 'instance'; value = $value.'#simulated' } }
            else { $plain[$name] = @{ type = $value.GetType().FullName; value = $value } }
        }
        $given = @{ instance = (Get-Reference $InputObject 'Invoke-CimMethod'); method = $MethodName; arguments = $plain }
        Invoke-Simulation 'Invoke-CimMethod' $given $PSCmdlet | ForEach-Object { ConvertTo-MethodResult $_ }
    }
}

# Out parameters: numbers are unsigned, and a reference carries its keys and nothing else.
function ConvertTo-MethodResult($Item) {
    $made = [pscustomobject]@{ }
    foreach ($one in @($Item.PSObject.Properties)) {
        $value = $one.Value
        if ($one.Name -eq 'ReturnValue') { $value = [uint32]$value }
        elseif ($one.Name -eq 'ImageData' -and $null -ne $value) { $value = [Convert]::FromBase64String([string]$value) }
        elseif ($value -is [array]) { $value = [uint64[]]$value }
        elseif ($value -is [long]) { $value = [uint64]$value }
        elseif ($null -ne $value -and $null -ne $value.PSObject.Properties['Class']) { $value = Add-Reference ([pscustomobject]@{ }) $value }
        $made.PSObject.Properties.Add([Management.Automation.PSNoteProperty]::new($one.Name, $value))
    }
    $made
}

function Remove-CimInstance {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, ValueFromPipeline, Position = 0)][Alias('CimInstance')]$InputObject, [uint32]$OperationTimeoutSec)
    process { Invoke-Simulation 'Remove-CimInstance' @{ instance = (Get-Reference $InputObject 'Remove-CimInstance') } $PSCmdlet }
}
Export-ModuleMember -Function Get-CimInstance, Get-CimAssociatedInstance, Get-CimClass, Invoke-CimMethod, Remove-CimInstance
