# A job in Task Scheduler, made or replaced. Request: id, name, note (text that query-tasks gives back), replace (bool),
#   execute, argument, folder, triggers: [{ from (local yyyy-MM-ddTHH:mm:ss), minutes (0: once a day) }], account (null: SYSTEM), password.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $there = Find-HostkeepTask ([string]$Wanted.id)
    if (-not $Wanted.replace -and $null -ne $there) { Stop-Operation 'schedule/exists' @{ job = [string]$Wanted.id } }
    if ($Wanted.replace -and $null -eq $there) { Stop-Operation 'schedule/not-found' @{ job = [string]$Wanted.id } }
    $action = New-ScheduledTaskAction -Execute ([string]$Wanted.execute) -Argument ([string]$Wanted.argument) -WorkingDirectory ([string]$Wanted.folder) -ErrorAction Stop
    # A missed start is caught up, a second one waits for nobody, and a merge may take days.
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -ErrorAction Stop
    $triggers = @(foreach ($one in @($Wanted.triggers)) {
            if ($null -eq $one) { continue }
            $at = [datetime]::ParseExact([string]$one.from, 'yyyy-MM-ddTHH:mm:ss', [Globalization.CultureInfo]::InvariantCulture)
            $trigger = New-ScheduledTaskTrigger -Daily -At $at -ErrorAction Stop
            # A daily trigger has no parameters for a repetition; it takes that of a trigger which has.
            if ([int]$one.minutes -gt 0) {
                $span = [TimeSpan]::FromMinutes([int]$one.minutes)
                $trigger.Repetition = (New-ScheduledTaskTrigger -Once -At $at -RepetitionInterval $span -RepetitionDuration ([TimeSpan]::FromDays(1)) -ErrorAction Stop).Repetition
            }
            $trigger
        })
    $task = @{ TaskName = [string]$Wanted.id; TaskPath = $TaskFolder; Description = [string]$Wanted.note; Action = $action; Settings = $settings }
    # Without a trigger it starts when somebody asks, and only then.
    if ($triggers.Count -gt 0) { $task.Trigger = $triggers }
    if ($Wanted.replace) { $task.Force = $true }
    if ($null -eq $Wanted.account) { $task.Principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest -ErrorAction Stop }
    else {
        $task.User = [string]$Wanted.account
        $task.Password = [string]$Wanted.password
        $task.RunLevel = 'Highest'
    }
    try { $null = Register-ScheduledTask @task -ErrorAction Stop }
    catch {
        # Wrong password, unknown account, no right to log on as a batch job.
        if ([string]$_.FullyQualifiedErrorId -match '0x(8007052e|80070534|80070569)') { Stop-Operation 'schedule/account-refused' @{ job = [string]$Wanted.id } }
        throw
    }
    @{ }
}
