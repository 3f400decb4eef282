# Protects a text for this user on this machine (DPAPI). Request: text.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    if ([Environment]::OSVersion.Platform -ne [PlatformID]::Win32NT) { Stop-Operation 'secrets/unavailable' @{ platform = [string][Environment]::OSVersion.Platform } }
    # PowerShell's own wrapping of DPAPI: the same on both editions, and no assembly to load.
    $secret = [Security.SecureString]::new()
    foreach ($char in ([string]$Wanted.text).ToCharArray()) { $secret.AppendChar($char) }
    @{ protected = (ConvertFrom-SecureString -SecureString $secret) }
}
