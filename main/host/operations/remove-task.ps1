# Takes a job of ours out of Task Scheduler; one that is not there is fine. Request: id.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $task = Find-HostkeepTask ([string]$Wanted.id)
    if ($null -ne $task) { Unregister-ScheduledTask -TaskName ([string]$task.TaskName) -TaskPath $TaskFolder -Confirm:$false -ErrorAction Stop }
    @{ }
}
