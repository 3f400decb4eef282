# Task Scheduler. ASCII only, Windows PowerShell 5.1 and 7.
# The commands are functions of a module, which do not take over $ErrorActionPreference: each call says -ErrorAction itself.

$TaskFolder = '\Hostkeep\'
# SCHED_S_TASK_HAS_NOT_RUN and SCHED_S_TASK_RUNNING
$NeverRan = 0x41303
$RunsNow = 0x41301

function Get-HostkeepTasks {
    try { @(Get-ScheduledTask -TaskPath $TaskFolder -ErrorAction Stop) }
    catch {
        # A folder without tasks is an error of its own.
        if ([string]$_.CategoryInfo.Category -ne 'ObjectNotFound') { throw }
    }
}

function Find-HostkeepTask([string]$Id) {
    @(Get-HostkeepTasks | Where-Object { [string]$_.TaskName -eq $Id })[0]
}
