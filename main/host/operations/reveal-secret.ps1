# Gives back what protect-secret protected for this user on this machine. Request: protected.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    if ([Environment]::OSVersion.Platform -ne [PlatformID]::Win32NT) { Stop-Operation 'secrets/unavailable' @{ platform = [string][Environment]::OSVersion.Platform } }
    # Another user's or another machine's secret cannot be opened.
    try { $secret = ConvertTo-SecureString -String ([string]$Wanted.protected).Trim() }
    catch { Stop-Operation 'secrets/missing' @{ } }
    @{ text = [Net.NetworkCredential]::new('', $secret).Password }
}
