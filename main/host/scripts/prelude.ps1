# What every operation uses; loaded once into the runspace that operations run in. ASCII only, Windows PowerShell 5.1 and 7.

# Runs the body of an operation and gives its outcome as one JSON text: { value } or { failed }.
function Invoke-Operation([string]$Request, [scriptblock]$Body) {
    Set-StrictMode -Version 2
    $ErrorActionPreference = 'Stop'
    $ProgressPreference = 'SilentlyContinue'
    try {
        $value = & $Body (ConvertFrom-Json $Request)
        ConvertTo-Text @{ value = $value }
    }
    catch { ConvertTo-Text @{ failed = (Get-OperationFailure $_) } }
}

# Dates, enums, GUIDs and versions have to be text already: Windows PowerShell has its own ideas of them.
function ConvertTo-Text($Value) {
    ConvertTo-Json -InputObject $Value -Depth 12 -Compress
}

function Send-Step([string]$Step, [string]$Side, [string]$Actor, [string]$State, [string]$Detail) {
    Send-Event @{ step = @{ step = $Step; side = $Side; actor = $Actor; state = $State; detail = $Detail } }
}

function Send-Event([hashtable]$Fields) {
    Write-Information -MessageData (ConvertTo-Text $Fields)
}

# Ends the operation with a failure that it declares. Facts become the details of the error.
function Stop-Operation([string]$Code, [hashtable]$Facts) {
    $failure = [Exception]::new($Code)
    $failure.Data['hostkeepCode'] = $Code
    $failure.Data['hostkeepFacts'] = $Facts
    throw $failure
}

function Get-OperationFailure($ErrorRecord) {
    $failure = $ErrorRecord.Exception
    while ($null -ne $failure.InnerException -and -not $failure.Data.Contains('hostkeepCode')) { $failure = $failure.InnerException }
    $code = $null
    $facts = @{}
    if ($failure.Data.Contains('hostkeepCode')) {
        $code = $failure.Data['hostkeepCode']
        $facts = $failure.Data['hostkeepFacts']
    }
    $number = [int64]$failure.HResult
    if ($null -ne $failure.PSObject.Properties['NativeErrorCode'] -and $failure.HResult -eq 0) { $number = [int64]$failure.NativeErrorCode }
    @{
        code = $code
        facts = $facts
        hresult = $number -band 0xFFFFFFFFL
        textCode = (Find-ErrorNumber ([string]$failure.Message))
        errorId = [string]$ErrorRecord.FullyQualifiedErrorId
        category = [string]$ErrorRecord.CategoryInfo.Category
        message = [string]$failure.Message
        at = [string]$ErrorRecord.ScriptStackTrace
    }
}

# Numbers in a text are the same in every language: the most telling of them is the last.
function Find-ErrorNumber([string]$Text) {
    $found = [regex]::Matches($Text, '0x([0-9A-Fa-f]{8})')
    if ($found.Count -eq 0) { return $null }
    [Convert]::ToInt64($found[$found.Count - 1].Groups[1].Value, 16)
}

function Get-Utc($Time) {
    if ($null -eq $Time) { return $null }
    ([datetime]$Time).ToUniversalTime().ToString('o', [Globalization.CultureInfo]::InvariantCulture)
}

# A property that older hosts or modules may lack.
function Get-Field($From, [string]$Name) {
    if ($null -eq $From) { return $null }
    $property = $From.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    $property.Value
}
