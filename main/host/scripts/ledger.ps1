# The ledger on the host. ASCII only, Windows PowerShell 5.1 and 7.

# What we did on this host and have not finished, one file per VM. Written before the act, so that a crash is found and undone.
function Get-LedgerPath([string]$Folder, [string]$VmId) {
    [IO.Path]::Combine((Get-LedgerFolder $Folder), (Get-CheckedGuid $VmId) + '.json')
}

function Get-LedgerFolder([string]$Folder) {
    if ($Folder -ne '') { return $Folder }
    [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'Hostkeep', 'host')
}

function Read-Ledger([string]$Folder, [string]$VmId) {
    $path = Get-LedgerPath $Folder $VmId
    if (-not [IO.File]::Exists($path)) { return [pscustomobject]@{ vmId = (Get-CheckedGuid $VmId); vm = ''; open = $null; points = @() } }
    Read-LedgerFile $path @('vmId', 'vm', 'open', 'points')
}

# A file of the ledger that is not as we write it is nobody's guess: the run ends, and says which file.
function Read-LedgerFile([string]$Path, [string[]]$Fields) {
    try { $read = ConvertFrom-Json ([IO.File]::ReadAllText($Path)) }
    catch { Stop-Operation 'host/ledger-damaged' @{ file = $Path } }
    foreach ($field in $Fields) {
        if ($null -eq $read -or $null -eq $read.PSObject.Properties[$field]) { Stop-Operation 'host/ledger-damaged' @{ file = $Path; lacks = $field } }
    }
    $read
}

function Write-Ledger([string]$Folder, $Ledger) { Write-Durably (Get-LedgerPath $Folder $Ledger.vmId) (ConvertTo-Text $Ledger) }

# Written, flushed, and only then under its name; each writer has a part of its own, so that nobody publishes another's half.
function Write-Durably([string]$Path, [string]$Text) {
    $folder = [IO.Path]::GetDirectoryName($Path)
    $null = [IO.Directory]::CreateDirectory($folder)
    $bytes = [Text.UTF8Encoding]::new($false).GetBytes($Text)
    $part = $Path + '.' + [guid]::NewGuid().ToString('N') + '.new'
    $stream = [IO.FileStream]::new($part, [IO.FileMode]::CreateNew)
    try {
        $stream.Write($bytes, 0, $bytes.Length)
        $stream.Flush($true)
    }
    finally { $stream.Dispose() }
    if ([IO.File]::Exists($Path)) { [IO.File]::Replace($part, $Path, [NullString]::Value) }
    else { [IO.File]::Move($part, $Path) }
    # Parts of writers that died. The file is in its place: what cannot go now waits for the next one.
    foreach ($left in [IO.Directory]::GetFiles($folder, [IO.Path]::GetFileName($Path) + '*.new')) {
        if ([IO.File]::GetLastWriteTimeUtc($left) -lt [datetime]::UtcNow.AddHours(-1)) { try { [IO.File]::Delete($left) } catch { $null = $_ } }
    }
}

# When our checkpoints were taken: applications of the guest remember backups at those times, and they are ours.
function Add-Taken($Ledger) {
    $before = @(Get-Field $Ledger 'taken' | Where-Object { $null -ne $_ })
    $Ledger | Add-Member -MemberType NoteProperty -Name taken -Value @(@($before | Select-Object -Last 49) + @(Get-Utc ([datetime]::UtcNow))) -Force
}
