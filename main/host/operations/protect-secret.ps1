# Protects a text for this computer (DPAPI, machine scope): jobs run as another account than the one that typed it. Who may read its
# file may have it, so the folder is closed first (close-folder). Request: text.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Assert-Dpapi
    $plain = [Text.Encoding]::UTF8.GetBytes([string]$Wanted.text)
    @{ protected = [Convert]::ToBase64String([Security.Cryptography.ProtectedData]::Protect($plain, $SecretPurpose, [Security.Cryptography.DataProtectionScope]::LocalMachine)) }
}
