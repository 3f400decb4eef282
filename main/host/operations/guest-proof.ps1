# Asks a guest, through PowerShell Direct, for its writers and for the backups that its applications remember.
# Request: vmId, user, password, ledger. Metadata only; nothing in the guest is changed.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    $vm = Hyper-V\Get-VM -Id $vmId -ErrorAction SilentlyContinue
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = $vmId } }
    if ($vm.State.ToString() -ne 'Running') { Stop-Operation 'host/guest-unreachable' @{ vm = [string]$vm.Name; state = $vm.State.ToString() } }
    $secret = [Security.SecureString]::new()
    foreach ($char in ([string]$Wanted.password).ToCharArray()) { $secret.AppendChar($char) }
    $credential = [pscredential]::new([string]$Wanted.user, $secret)
    try { $told = @(Invoke-Command -VMId ([guid]$vm.Id) -Credential $credential -ScriptBlock $GuestProbe -ErrorAction Stop)[-1] }
    catch {
        $failure = Get-OperationFailure $_
        $code = 'host/guest-unreachable'
        # A credential that the guest refuses is told apart where the host does; both names are those of the PowerShell source.
        if ($failure.errorId -like '*InvalidCredential*') { $code = 'host/guest-credentials' }
        Stop-Operation $code @{ vm = [string]$vm.Name; errorId = $failure.errorId; category = $failure.category; says = $failure.message }
    }
    $ledger = Read-Ledger $Wanted.ledger $vmId
    @{ proof = [string]$told; taken = @(Get-Field $ledger 'taken' | Where-Object { $null -ne $_ }) }
}
