# Our jobs in Task Scheduler. Request: nothing.
param([string]$Request)
Invoke-Operation $Request {
    $tasks = @(foreach ($task in @(Get-HostkeepTasks)) {
            $info = Get-ScheduledTaskInfo -TaskName ([string]$task.TaskName) -TaskPath $TaskFolder -ErrorAction Stop
            $result = [int64]$info.LastTaskResult -band 0xFFFFFFFFL
            $last = $null
            # A task that never ran says so by number, with a date before its time.
            if ($result -ne $NeverRan -and $null -ne $info.LastRunTime -and ([datetime]$info.LastRunTime).Year -gt 2000) { $last = Get-Utc $info.LastRunTime }
            if ($result -eq $NeverRan -or $result -eq $RunsNow) { $result = $null }
            @{
                id = [string]$task.TaskName
                note = [string]$task.Description
                running = ([string]$task.State -eq 'Running' -or [string]$task.State -eq '4')
                nextWake = (Get-Utc $info.NextRunTime)
                lastStart = $last
                lastResult = $result
            }
        })
    @{ tasks = $tasks }
}
