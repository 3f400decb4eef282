# The place for a VM that is to run from the backup storage, and the name of the host's initiator, whose service is started where it is not running.
# Request: run, ledger, name, parent (folder on the host), folder (name).
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Send-Step 'place' 'host' 'Hyper-V' 'started' ''
    if (@(Hyper-V\Get-VM | Where-Object { [string]$_.Name -eq [string]$Wanted.name }).Count -gt 0) { Stop-Operation 'host/name-taken' @{ vm = [string]$Wanted.name } }
    if (-not [IO.Path]::IsPathRooted([string]$Wanted.parent)) { Stop-Operation 'input/invalid' @{ folder = [string]$Wanted.parent } }
    $folder = [IO.Path]::Combine([string]$Wanted.parent, [string]$Wanted.folder)
    if ([IO.Directory]::Exists($folder) -or [IO.File]::Exists($folder)) { Stop-Operation 'host/folder-taken' @{ folder = $folder } }
    $run = [string]$Wanted.run
    $recovery = [pscustomobject]@{
        run = $run; by = $run; phase = 'starting'; vmId = ''; vm = [string]$Wanted.name; folder = $folder; iqn = ''; address = ''; port = 0
        serviceStarted = $false; disks = @(); files = @(); running = $false
    }
    Write-Recovery $Wanted.ledger $recovery
    New-RestoreFolder $folder $run
    # Noted before it is done: whether it was running before is what counts at the end.
    $service = Get-InitiatorService
    $recovery.serviceStarted = ($null -ne $service -and [string]$service.State -ne 'Running')
    Write-Recovery $Wanted.ledger $recovery
    $null = Start-Initiator
    $initiator = Get-InitiatorName
    $definition = [IO.Path]::Combine($folder, 'Imported')
    $null = [IO.Directory]::CreateDirectory($definition)
    Send-Step 'place' 'host' 'Hyper-V' 'done' $folder
    @{ folder = $folder; definition = $definition; initiator = $initiator }
}
