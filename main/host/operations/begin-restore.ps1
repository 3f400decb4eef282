# The place for a VM that comes back: nobody else's identity, name or folder, and room enough. Makes its folder, nothing more.
# Request: run, ledger, vmId (null for none), name, parent (folder on the host), folder (name), newIdentity, replaceExisting, bytes.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Send-Step 'place' 'host' 'Hyper-V' 'started' ''
    $old = $null
    $vmId = $null
    if ($null -ne $Wanted.vmId) { $vmId = Get-CheckedGuid $Wanted.vmId }
    $all = @(Hyper-V\Get-VM)
    if ($null -ne $vmId -and -not $Wanted.newIdentity) { $old = @($all | Where-Object { ([guid]$_.Id).ToString('D') -eq $vmId })[0] }
    if ($null -ne $old) {
        if (-not $Wanted.replaceExisting) { Stop-Operation 'host/vm-exists' @{ vm = [string]$old.Name; id = $vmId } }
        if ($old.State.ToString() -ne 'Off') { Stop-Operation 'host/vm-running' @{ vm = [string]$old.Name; state = $old.State.ToString() } }
        if ([bool](Get-Field $old 'IsClustered')) { Stop-Operation 'host/vm-clustered' @{ vm = [string]$old.Name } }
        $main = [IO.Path]::Combine([string]$old.ConfigurationLocation, 'Virtual Machines', $vmId + '.vmcx')
        # What cannot be put back is not taken away.
        if (-not [IO.File]::Exists($main)) { Stop-Operation 'host/definition-missing' @{ vm = [string]$old.Name; path = $main } }
    }
    $same = @($all | Where-Object { [string]$_.Name -eq [string]$Wanted.name -and ($null -eq $old -or $_.Id -ne $old.Id) })
    if ($same.Count -gt 0) { Stop-Operation 'host/name-taken' @{ vm = [string]$Wanted.name } }
    if (-not [IO.Path]::IsPathRooted([string]$Wanted.parent)) { Stop-Operation 'input/invalid' @{ folder = [string]$Wanted.parent } }
    $folder = [IO.Path]::Combine([string]$Wanted.parent, [string]$Wanted.folder)
    if ([IO.Directory]::Exists($folder) -or [IO.File]::Exists($folder)) { Stop-Operation 'host/folder-taken' @{ folder = $folder } }
    Assert-Space $folder ([int64]$Wanted.bytes)
    Write-Restore $Wanted.ledger ([pscustomobject]@{ run = [string]$Wanted.run; kind = 'vm'; vmId = $vmId; vm = [string]$Wanted.name; folder = $folder; replaced = $null })
    New-RestoreFolder $folder ([string]$Wanted.run)
    $disks = [IO.Path]::Combine($folder, 'Virtual Hard Disks')
    $definition = [IO.Path]::Combine($folder, $(if ($Wanted.newIdentity) { 'Imported' } else { 'Virtual Machines' }))
    foreach ($path in @($disks, $definition)) { $null = [IO.Directory]::CreateDirectory($path) }
    Send-Step 'place' 'host' 'Hyper-V' 'done' $folder
    @{ folder = $folder; disks = $disks; definition = $definition }
}
