# DPAPI and the rights of the keystore's folder. ASCII only, Windows PowerShell 5.1 and 7.

# Windows PowerShell has the type in an assembly of its own; PowerShell 7 brings it along.
function Assert-Dpapi {
    if ([Environment]::OSVersion.Platform -ne [PlatformID]::Win32NT) { Stop-Operation 'secrets/unavailable' @{ platform = [string][Environment]::OSVersion.Platform } }
    if ($null -eq ('Security.Cryptography.ProtectedData' -as [type])) { Add-Type -AssemblyName 'System.Security' }
}

# Told apart from protected data of other programs; it is no secret.
$SecretPurpose = [Text.Encoding]::ASCII.GetBytes('hostkeep keystore 1')
