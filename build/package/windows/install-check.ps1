# Installs silently, uses what was installed, repairs and removes it; fails when anything is not as it must be. For a Windows that is thrown away.
param([Parameter(Mandatory)][string]$Installer)
$ErrorActionPreference = 'Stop'
$target = 'C:\Backup tools'
$data = Join-Path $env:ProgramData 'Hostkeep'

function Invoke-Installer([string[]]$Words) {
    $log = Join-Path $env:RUNNER_TEMP 'msiexec.log'
    $run = Start-Process msiexec.exe -ArgumentList ($Words + @('/qn', '/norestart', '/l*v', "`"$log`"")) -Wait -PassThru
    if ($run.ExitCode -ne 0) { Get-Content $log -Tail 80; throw "msiexec $Words ended with $($run.ExitCode)" }
}

function Assert-That([bool]$Holds, [string]$What) {
    if (-not $Holds) { throw "Not so: $What" }
    Write-Host "verified: $What"
}

Invoke-Installer @('/i', "`"$Installer`"", "INSTALLDIR=`"$target`"", 'REPOSITORY=C:\Backups', 'UPDATES=off', 'AUTOSTART=1')
$manifest = Get-Content "$target\manifest.json" -Raw | ConvertFrom-Json
foreach ($file in $manifest.files.PSObject.Properties) {
    $hash = (Get-FileHash (Join-Path $target $file.Name) -Algorithm SHA256).Hash
    if ($hash -ne $file.Value) { throw "$($file.Name) is not what the manifest says" }
}
Write-Host "verified: $(@($manifest.files.PSObject.Properties).Count) files are those of the manifest"

$path = [Environment]::GetEnvironmentVariable('PATH', 'Machine')
Assert-That ($path -like "*$target\bin*") 'hostkeep is on the search path of the machine'
$env:PATH = "$env:PATH;$target\bin"
Assert-That ((hostkeep --version) -match '^\d+\.\d+\.\d+') 'hostkeep says its version'
$env:HOSTKEEP_PASSWORD = 'correct-horse'
hostkeep lab create
hostkeep repo init C:\Backups
hostkeep backup --vm FS01
Assert-That ($LASTEXITCODE -eq 0) 'a backup into the preset repository'
hostkeep status
Assert-That ($LASTEXITCODE -in 0, 1) 'status ends with a code of its own'
hostkeep job create Nightly --host lab --all --repo C:\Backups --daily --at 22:00 --save-passphrase
Assert-That ($null -ne (Get-ScheduledTask -TaskPath '\Hostkeep\' -ErrorAction SilentlyContinue)) 'a job is a task'
'{ "eventLog": true }' | Set-Content "$env:RUNNER_TEMP\notify.json"
hostkeep notify set "$env:RUNNER_TEMP\notify.json"
hostkeep notify test
Assert-That ($null -ne (Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'Hostkeep' } -MaxEvents 1)) 'a notice is in the event log'
Assert-That ((Get-ItemProperty HKLM:\Software\Microsoft\Windows\CurrentVersion\Run).Hostkeep -like "*$target*") 'the app starts with Windows'

Remove-Item "$target\LICENSE"
Invoke-Installer @('/fa', "`"$Installer`"")
Assert-That (Test-Path "$target\LICENSE") 'a repair puts back what was lost'
Invoke-Installer @('/x', "`"$Installer`"")
Assert-That (-not (Test-Path "$target\bin\hostkeep.exe")) 'the programs are gone'
Assert-That ($null -eq (Get-ScheduledTask -TaskPath '\Hostkeep\' -ErrorAction SilentlyContinue)) 'no task is left'
Assert-That (Test-Path "$data\state.db") 'the data stayed'
Assert-That ([Environment]::GetEnvironmentVariable('PATH', 'Machine') -notlike "*$target*") 'the search path is as it was'
