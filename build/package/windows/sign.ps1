# Signs scripts, or programs and installers, below a folder. The certificate is a PFX as base64 in CERTIFICATE.
param([string]$Scripts, [string]$Programs)
$ErrorActionPreference = 'Stop'
$pfx = Join-Path $env:RUNNER_TEMP 'certificate.pfx'
[IO.File]::WriteAllBytes($pfx, [Convert]::FromBase64String($env:CERTIFICATE))
try {
    $password = ConvertTo-SecureString $env:CERTIFICATE_PASSWORD -AsPlainText -Force
    $certificate = Get-PfxCertificate -FilePath $pfx -Password $password
    $wanted = if ($Scripts) { Get-ChildItem $Scripts -Recurse -Include *.ps1 } else { Get-ChildItem $Programs -Recurse -Include *.exe, *.msi }
    foreach ($file in $wanted) {
        $signed = Set-AuthenticodeSignature -FilePath $file.FullName -Certificate $certificate -HashAlgorithm SHA256 -TimestampServer 'http://timestamp.digicert.com'
        if ($signed.Status -ne 'Valid') { throw "$($file.Name): $($signed.StatusMessage)" }
    }
}
finally { Remove-Item $pfx -Force }
