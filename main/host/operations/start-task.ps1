# Starts a job of ours now. Request: id.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $task = Find-HostkeepTask ([string]$Wanted.id)
    if ($null -eq $task) { Stop-Operation 'schedule/not-found' @{ job = [string]$Wanted.id } }
    if ([string]$task.State -eq 'Running' -or [string]$task.State -eq '4') { Stop-Operation 'schedule/running' @{ job = [string]$Wanted.id } }
    Start-ScheduledTask -TaskName ([string]$task.TaskName) -TaskPath $TaskFolder -ErrorAction Stop
    @{ }
}
