# Gives back what protect-secret protected on this computer. Request: protected.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Assert-Dpapi
    # Another computer's secret cannot be opened.
    try { $plain = [Security.Cryptography.ProtectedData]::Unprotect([Convert]::FromBase64String(([string]$Wanted.protected).Trim()), $SecretPurpose, [Security.Cryptography.DataProtectionScope]::LocalMachine) }
    catch { Stop-Operation 'secrets/missing' @{ } }
    @{ text = [Text.Encoding]::UTF8.GetString($plain) }
}
