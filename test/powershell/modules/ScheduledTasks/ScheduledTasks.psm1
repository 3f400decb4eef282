# Commands of Task Scheduler with the parameters of the real ones (reference, 6.5).
Import-Module HostkeepSimulation

function New-ScheduledTaskAction {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Execute, [string]$Argument, [string]$WorkingDirectory)
    [pscustomobject]@{ Kind = 'action'; Execute = $Execute; Arguments = $Argument; WorkingDirectory = $WorkingDirectory }
}

function New-ScheduledTaskTrigger {
    [CmdletBinding()]
    param(
        [Parameter(ParameterSetName = 'Daily', Mandatory)][switch]$Daily,
        [Parameter(ParameterSetName = 'Weekly', Mandatory)][switch]$Weekly,
        [Parameter(ParameterSetName = 'Once', Mandatory)][switch]$Once,
        [Parameter(ParameterSetName = 'Daily', Mandatory)][Parameter(ParameterSetName = 'Weekly', Mandatory)][Parameter(ParameterSetName = 'Once', Mandatory)][datetime]$At,
        [Parameter(ParameterSetName = 'Daily')][uint32]$DaysInterval = 1,
        [Parameter(ParameterSetName = 'Weekly', Mandatory)][DayOfWeek[]]$DaysOfWeek,
        [Parameter(ParameterSetName = 'Once')][timespan]$RepetitionInterval,
        [Parameter(ParameterSetName = 'Once')][timespan]$RepetitionDuration)
    $repetition = $null
    if ($PSBoundParameters.ContainsKey('RepetitionInterval')) { $repetition = [pscustomobject]@{ Minutes = [int]$RepetitionInterval.TotalMinutes; DurationMinutes = [int]$RepetitionDuration.TotalMinutes } }
    [pscustomobject]@{ Kind = $PSCmdlet.ParameterSetName; At = $At.ToString('yyyy-MM-ddTHH:mm:ss', [Globalization.CultureInfo]::InvariantCulture); Repetition = $repetition }
}

function New-ScheduledTaskPrincipal {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$UserId, [ValidateSet('None', 'Password', 'S4U', 'Interactive', 'Group', 'ServiceAccount', 'InteractiveOrPassword')][string]$LogonType, [ValidateSet('Limited', 'Highest')][string]$RunLevel = 'Limited')
    [pscustomobject]@{ Kind = 'principal'; UserId = $UserId; LogonType = $LogonType; RunLevel = $RunLevel }
}

function New-ScheduledTaskSettingsSet {
    [CmdletBinding()]
    param([switch]$StartWhenAvailable, [ValidateSet('Parallel', 'Queue', 'IgnoreNew')][string]$MultipleInstances = 'IgnoreNew', [timespan]$ExecutionTimeLimit = [timespan]::FromDays(3), [switch]$AllowStartIfOnBatteries, [switch]$DontStopIfGoingOnBatteries, [switch]$WakeToRun)
    [pscustomobject]@{ Kind = 'settings'; StartWhenAvailable = [bool]$StartWhenAvailable; MultipleInstances = $MultipleInstances; LimitSeconds = [int64]$ExecutionTimeLimit.TotalSeconds }
}

function Register-ScheduledTask {
    [CmdletBinding(DefaultParameterSetName = 'User')]
    param(
        [Parameter(Mandatory)][string]$TaskName, [string]$TaskPath = '\', [Parameter(Mandatory)][object[]]$Action, [object[]]$Trigger, $Settings, [string]$Description, [switch]$Force,
        [Parameter(ParameterSetName = 'User')][string]$User, [Parameter(ParameterSetName = 'User')][string]$Password, [Parameter(ParameterSetName = 'User')][ValidateSet('Limited', 'Highest')][string]$RunLevel,
        [Parameter(ParameterSetName = 'Principal', Mandatory)]$Principal)
    if ($null -ne $Trigger) { foreach ($one in $Trigger) { if (@('Daily', 'Weekly', 'Once') -notcontains $one.Kind) { throw 'Cannot convert the value to type CimInstance[]' } } }
    $who = $Principal
    if ($null -eq $who) { $who = @{ UserId = $User; LogonType = 'Password'; RunLevel = $RunLevel } }
    Invoke-Simulation 'Register-ScheduledTask' @{ TaskName = $TaskName; TaskPath = $TaskPath; Action = $Action[0]; Trigger = @($Trigger | Where-Object { $null -ne $_ }); Settings = $Settings; Principal = $who; Description = $Description; Force = [bool]$Force; Password = $Password } $PSCmdlet
}

function Get-ScheduledTask {
    [CmdletBinding()]
    param([string]$TaskName, [string]$TaskPath)
    $given = @{ }
    foreach ($name in @($PSBoundParameters.Keys)) { if (@('TaskName', 'TaskPath') -contains $name) { $given[$name] = $PSBoundParameters[$name] } }
    Invoke-Simulation 'Get-ScheduledTask' $given $PSCmdlet
}

function Get-ScheduledTaskInfo {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$TaskName, [string]$TaskPath = '\')
    Invoke-Simulation 'Get-ScheduledTaskInfo' @{ TaskName = $TaskName; TaskPath = $TaskPath } $PSCmdlet | ForEach-Object {
        foreach ($name in @('LastRunTime', 'NextRunTime')) { if ($null -ne $_.$name) { $_.$name = [DateTimeOffset]::FromUnixTimeMilliseconds([int64]$_.$name).LocalDateTime } }
        $_
    }
}

function Start-ScheduledTask {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$TaskName, [string]$TaskPath = '\')
    Invoke-Simulation 'Start-ScheduledTask' @{ TaskName = $TaskName; TaskPath = $TaskPath } $PSCmdlet
}

function Unregister-ScheduledTask {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)][string]$TaskName, [string]$TaskPath = '\')
    if (-not $PSBoundParameters.ContainsKey('Confirm')) { throw 'Unregister-ScheduledTask asks, and nobody is there to answer' }
    Invoke-Simulation 'Unregister-ScheduledTask' @{ TaskName = $TaskName; TaskPath = $TaskPath } $PSCmdlet
}
Export-ModuleMember -Function *-ScheduledTask*
