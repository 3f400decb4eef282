# A folder on the host for files that are to go into a guest, and whether anything leads into it.
# Request: run, ledger, vmId, user and password (empty: none are known), folder (in the guest), bytes.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Send-Step 'place' 'host' 'Hyper-V' 'started' ''
    $vmId = Get-CheckedGuid $Wanted.vmId
    $vm = Get-RunningVm $vmId
    if ([string]$Wanted.user -ne '') {
        $way = 'powershell-direct'
        try { $told = @(Invoke-Command -VMId ([guid]$vm.Id) -Credential (New-GuestCredential $Wanted) -ScriptBlock $GuestFolderProbe -ArgumentList ([string]$Wanted.folder) -ErrorAction Stop)[-1] }
        catch { Stop-OfGuest ([string]$vm.Name) $_ }
        $probe = ConvertFrom-Json ([string]$told)
        if (-not $probe.sound) { Stop-Operation 'input/invalid' @{ guestFolder = [string]$Wanted.folder } }
        if ($null -ne $probe.free -and [int64]$probe.free -lt [int64]$Wanted.bytes) { Stop-Operation 'host/no-space' @{ folder = [string]$Wanted.folder; freeBytes = [int64]$probe.free; neededBytes = [int64]$Wanted.bytes } }
    }
    elseif (Test-GuestService $vm) { $way = 'guest-service' }
    else { Stop-Operation 'host/guest-closed' @{ vm = [string]$vm.Name } }
    $folder = [IO.Path]::Combine((Get-LedgerFolder $Wanted.ledger), 'guest-files', [string]$Wanted.run)
    Assert-Space $folder ([int64]$Wanted.bytes)
    Write-Restore $Wanted.ledger ([pscustomobject]@{ run = [string]$Wanted.run; kind = 'guest-files'; vmId = $vmId; vm = [string]$vm.Name; folder = $folder })
    New-RestoreFolder $folder ([string]$Wanted.run)
    # What comes into it was closed in the guest, and users of the host are none of the guest's.
    try { Close-Folder $folder $null }
    catch {
        Remove-RestoreFolder $folder ([string]$Wanted.run)
        Remove-Restore $Wanted.ledger ([string]$Wanted.run)
        throw
    }
    Send-Step 'place' 'host' 'Hyper-V' 'done' $folder
    @{ folder = $folder; way = $way; name = [string]$vm.Name }
}
