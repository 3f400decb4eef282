# Instances, jobs and disks of root\virtualization\v2. ASCII only, Windows PowerShell 5.1 and 7.

function Get-VirtualizationInstance([string]$ClassName, [string]$Filter) {
    $query = @{ Namespace = 'root\virtualization\v2'; ClassName = $ClassName }
    if ($Filter -ne '') { $query.Filter = $Filter }
    Get-CimInstance @query
}

# Ids that go into a WMI filter are GUIDs and nothing else.
function Get-CheckedGuid([string]$Text) {
    $guid = [guid]::Empty
    if (-not [guid]::TryParse($Text, [ref]$guid)) { Stop-Operation 'input/invalid' @{ id = $Text } }
    $guid.ToString('D').ToUpperInvariant()
}

function Get-VmSystem([string]$VmId) {
    $system = Get-VirtualizationInstance 'Msvm_ComputerSystem' "Name='$(Get-CheckedGuid $VmId)'"
    if ($null -eq $system) { Stop-Operation 'host/vm-not-found' @{ vm = $VmId } }
    $system
}

# Embedded instance as CIM-XML (DTD 2.0). Values: @{ Name = @(type, value) }.
function ConvertTo-EmbeddedInstance([string]$ClassName, [hashtable]$Values) {
    $text = '<INSTANCE CLASSNAME="' + $ClassName + '">'
    foreach ($name in @($Values.Keys)) {
        $type, $value = $Values[$name]
        $plain = [Security.SecurityElement]::Escape([string]$value)
        $text += '<PROPERTY NAME="' + $name + '" TYPE="' + $type + '"><VALUE>' + $plain + '</VALUE></PROPERTY>'
    }
    $text + '</INSTANCE>'
}

# Waits for the job of a virtualization method. 4096 means that a job has begun; it may be in any state, and vanishes a while after its end.
function Wait-VirtualizationJob($Result, [string]$Phase, [int]$TimeoutSeconds) {
    $returned = [int64]$Result.ReturnValue
    if ($returned -eq 0) { return $null }
    if ($returned -ne 4096) { Stop-Operation 'host/method-refused' @{ phase = $Phase; returned = $returned } }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $last = -1
    while ($true) {
        $job = Get-RunningJob $Result.Job $Phase
        $state = [int]$job.JobState
        if ($state -eq 7 -or $state -eq 32768) { return $job }
        if ($state -eq 8 -or $state -eq 9 -or $state -eq 10) {
            $text = [string]$job.ErrorDescription
            Stop-Operation 'host/job-failed' @{ phase = $Phase; jobState = $state; errorCode = [int64]$job.ErrorCode; hresult = (Find-ErrorNumber $text); message = $text }
        }
        if ($clock.Elapsed.TotalSeconds -gt $TimeoutSeconds) { Stop-Operation 'host/job-timeout' @{ phase = $Phase; seconds = $TimeoutSeconds } }
        if ([int]$job.PercentComplete -ne $last) {
            $last = [int]$job.PercentComplete
            Send-Event @{ progress = @{ phase = $Phase; percent = $last } }
        }
        Start-Sleep -Milliseconds $PollMilliseconds
    }
}
# The driver sets what the console wants.
$PollMilliseconds = 250

# A job as it is now. Only one that is not there has vanished: any other failure is one of its own.
function Get-RunningJob($Reference, [string]$Phase) {
    try { $job = Get-CimInstance -InputObject $Reference -ErrorAction Stop }
    catch {
        $failure = Get-OperationFailure $_
        if ($failure.category -ne 'ObjectNotFound' -and $failure.hresult -ne 0x80041002L) { throw }
        $job = $null
    }
    if ($null -eq $job) { Stop-Operation 'host/job-vanished' @{ phase = $Phase } }
    $job
}

function Get-VmDrives($Settings) {
    @($Settings | Get-CimAssociatedInstance -ResultClassName Msvm_StorageAllocationSettingData |
            Where-Object { [int]$_.ResourceType -eq 31 -and $_.ResourceSubType -eq 'Microsoft:Hyper-V:Virtual Hard Disk' })
}

# Every file below a disk, nearest parent first.
function Get-DiskParents([string]$Path) {
    $parents = @()
    $disk = Get-VHD -Path $Path
    while ($null -ne $disk.ParentPath -and [string]$disk.ParentPath -ne '') {
        if ($parents.Count -ge 256) { Stop-Operation 'host/chain-broken' @{ path = $Path } }
        $parents += [string]$disk.ParentPath
        $disk = Get-VHD -Path $disk.ParentPath
    }
    $parents
}
