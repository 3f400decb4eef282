# Makes a folder that only SYSTEM and Administrators, and readers that are named, can open; what lies in it inherits that.
# Request: folder, readers (names of accounts).
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $folder = [string]$Wanted.folder
    $null = [IO.Directory]::CreateDirectory($folder)
    # By number: on a host of another language the groups have other names.
    $grants = @('*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F')
    foreach ($reader in @($Wanted.readers)) { if ($null -ne $reader) { $grants += ([string]$reader + ':(OI)(CI)R') } }
    $ErrorActionPreference = 'Continue'
    $null = & (Get-SystemTool 'icacls.exe') $folder '/inheritance:r' '/grant:r' @grants 2>$null
    if ($LASTEXITCODE -ne 0) { Stop-Operation 'secrets/unprotected' @{ folder = $folder; exitCode = [int]$LASTEXITCODE } }
    @{ }
}
