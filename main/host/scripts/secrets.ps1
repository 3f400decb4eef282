# DPAPI and the rights of the keystore's folder. ASCII only, Windows PowerShell 5.1 and 7.

# Windows PowerShell has the type in an assembly of its own; PowerShell 7 brings it along.
function Assert-Dpapi {
    if ([Environment]::OSVersion.Platform -ne [PlatformID]::Win32NT) { Stop-Operation 'secrets/unavailable' @{ platform = [string][Environment]::OSVersion.Platform } }
    if ($null -eq ('Security.Cryptography.ProtectedData' -as [type])) { Add-Type -AssemblyName 'System.Security' }
}

# Told apart from protected data of other programs; it is no secret.
$SecretPurpose = [Text.Encoding]::ASCII.GetBytes('hostkeep keystore 1')

# Closes a folder to everybody but SYSTEM, Administrators and readers that are named; what lies in it inherits that.
# By number: on a host of another language the groups have other names.
function Close-Folder([string]$Path, $Readers) {
    $grants = @('*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F')
    foreach ($reader in @($Readers)) { if ($null -ne $reader) { $grants += ([string]$reader + ':(OI)(CI)R') } }
    $ErrorActionPreference = 'Continue'
    $null = & (Get-SystemTool 'icacls.exe') $Path '/inheritance:r' '/grant:r' @grants 2>$null
    if ($LASTEXITCODE -ne 0) { Stop-Operation 'secrets/unprotected' @{ folder = $Path; exitCode = [int]$LASTEXITCODE } }
}
