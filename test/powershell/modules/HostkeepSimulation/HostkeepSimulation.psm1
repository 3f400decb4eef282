# Asks the simulated world; raises what it answers as the real commands would.
$client = [Net.Http.HttpClient]::new()

function Invoke-Simulation([string]$Command, [hashtable]$Given, $Caller) {
    $body = ConvertTo-SimulationJson @{ command = $Command; given = $Given }
    $content = [Net.Http.StringContent]::new($body, [Text.Encoding]::UTF8, 'application/json')
    $text = $client.PostAsync($env:HOSTKEEP_SIMULATION, $content).GetAwaiter().GetResult().Content.ReadAsStringAsync().GetAwaiter().GetResult()
    $answer = ConvertFrom-Json $text
    if ($null -ne $answer.PSObject.Properties['dies']) { [Environment]::Exit(1) }
    if ($null -ne $answer.PSObject.Properties['fault']) {
        $fault = $answer.fault
        $exception = [SimulatedHostException]::new($fault.message, [int64]$fault.hresult)
        $record = [Management.Automation.ErrorRecord]::new($exception, $fault.errorId, [Management.Automation.ErrorCategory]$fault.category, $null)
        # What is wrong with the simulation is nobody's to pass over.
        if ($fault.errorId -eq 'SimulatorBroken' -or (Test-Stops $Caller)) { throw $record }
        $Caller.WriteError($record)
        return
    }
    foreach ($item in @($answer.items)) { if ($null -ne $item) { $item } }
}

# Non-terminating, as most cmdlets are: the preference of the caller decides. A function of a module does not see it, while the compiled
# commands that these stand for do; those of modules made of CDXML are functions on a host too, and want -ErrorAction.
$functionModules = @('ScheduledTasks', 'SmbShare', 'Storage', 'iSCSI')
function Test-Stops($Caller) {
    if ($Caller.MyInvocation.BoundParameters.ContainsKey('ErrorAction')) { return $false }
    if ($functionModules -contains $Caller.MyInvocation.MyCommand.ModuleName) { return $false }
    [string]$Caller.SessionState.PSVariable.GetValue('ErrorActionPreference') -eq 'Stop'
}

class SimulatedHostException : Exception {
    SimulatedHostException([string]$Message, [int64]$Number) : base($Message) { $this.HResult = [BitConverter]::ToInt32([BitConverter]::GetBytes($Number), 0) }
}

# Not ConvertTo-Json: that one may be the imitation of Windows PowerShell.
function ConvertTo-SimulationJson($Value) {
    Microsoft.PowerShell.Core\ForEach-Object -InputObject 0 -Process { & $json -InputObject $Value -Depth 12 -Compress }
}
$json = Get-Command -Name ConvertTo-Json -CommandType Cmdlet

function ConvertTo-GuidField($Object, [string[]]$Names) {
    foreach ($name in $Names) { if ($null -ne $Object.$name) { $Object.$name = [guid]$Object.$name } }
    $Object
}

# ConvertTo-Json as Windows PowerShell 5.1 has it: dates in ticks, enums as numbers, text below the depth, and some signs escaped.
function ConvertTo-Json {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline, Position = 0)][AllowNull()]$InputObject, [int]$Depth = 2, [switch]$Compress)
    process { (ConvertTo-OldText $InputObject $Depth).Replace('<', '\u003c').Replace('>', '\u003e').Replace('&', '\u0026').Replace("'", '\u0027') }
}

function ConvertTo-OldText($Value, [int]$Depth) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return ([string]$Value).ToLowerInvariant() }
    if ($Value -is [enum]) { return [string][int64]$Value }
    if ($Value -is [datetime]) { return '"\/Date(' + [int64]($Value.ToUniversalTime() - [datetime]::new(1970, 1, 1, 0, 0, 0, 'Utc')).TotalMilliseconds + ')\/"' }
    if ($Value -is [string] -or $Value -is [char]) { return (& $json -InputObject ([string]$Value) -Compress) }
    if ($Value -is [ValueType] -and $Value -isnot [guid]) { return ([IFormattable]$Value).ToString($null, [Globalization.CultureInfo]::InvariantCulture) }
    if ($Value -is [guid]) { return '{"value":"' + $Value + '","Guid":"' + $Value + '"}' }
    if ($Depth -lt 0) { return (& $json -InputObject ([string]$Value) -Compress) }
    if ($Value -is [Collections.IDictionary]) {
        $parts = @(foreach ($key in @($Value.Keys)) { (& $json -InputObject ([string]$key) -Compress) + ':' + (ConvertTo-OldText $Value[$key] ($Depth - 1)) })
        return '{' + ($parts -join ',') + '}'
    }
    if ($Value -is [Collections.IEnumerable]) { return '[' + (@(foreach ($one in $Value) { ConvertTo-OldText $one ($Depth - 1) }) -join ',') + ']' }
    $parts = @(foreach ($property in $Value.PSObject.Properties) { (& $json -InputObject $property.Name -Compress) + ':' + (ConvertTo-OldText $property.Value ($Depth - 1)) })
    '{' + ($parts -join ',') + '}'
}

$names = @('Invoke-Simulation', 'ConvertTo-GuidField')
Export-ModuleMember -Function $names
if ($env:HOSTKEEP_SIMULATION_JSON -eq '5.1') { Export-ModuleMember -Function ($names + 'ConvertTo-Json') }
