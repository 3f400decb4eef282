# How a recovered VM is doing: state, heartbeat, and a picture of its screen where one is wanted. Reads only.
# Request: run, ledger, picture, width, height.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Get-Recovery $Wanted.ledger $Wanted.run
    $vm = Get-RecoveredVm $recovery
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = [string]$recovery.vm } }
    $beat = Get-Field $vm 'Heartbeat'
    $uptime = Get-Field $vm 'Uptime'
    $milliseconds = 0
    if ($null -ne $uptime) { $milliseconds = [int64]([timespan]$uptime).TotalMilliseconds }
    $image = $null
    if ($Wanted.picture -and $vm.State.ToString() -eq 'Running') { $image = Get-ScreenPicture ([string]$recovery.vmId) ([uint16]$Wanted.width) ([uint16]$Wanted.height) }
    @{ state = $vm.State.ToString(); heartbeat = $(if ($null -eq $beat) { '' } else { $beat.ToString() }); uptimeMs = $milliseconds; image = $image }
}
