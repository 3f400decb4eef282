# Asks a guest, through PowerShell Direct, for its writers and for the backups that its applications remember.
# Request: vmId, user, password, ledger. Metadata only; nothing in the guest is changed.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    $vm = Get-RunningVm $vmId
    try { $told = @(Invoke-Command -VMId ([guid]$vm.Id) -Credential (New-GuestCredential $Wanted) -ScriptBlock $GuestProbe -ErrorAction Stop)[-1] }
    catch { Stop-OfGuest ([string]$vm.Name) $_ }
    $ledger = Read-Ledger $Wanted.ledger $vmId
    @{ proof = [string]$told; taken = @(Get-Field $ledger 'taken' | Where-Object { $null -ne $_ }) }
}
