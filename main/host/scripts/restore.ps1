# Restores on this host: their ledger, their undoing, and the rights of a VM on its files. ASCII only, Windows PowerShell 5.1 and 7.

# One file per restore, written before its first act and deleted after its last.
function Get-RestorePath([string]$Folder, [string]$Run) {
    if ($Run -notmatch '^[0-9a-z-]{1,64}\z') { Stop-Operation 'input/invalid' @{ run = $Run } }
    [IO.Path]::Combine((Get-LedgerFolder $Folder), 'restores', $Run + '.json')
}

function Read-Restore([string]$Folder, [string]$Run) {
    $path = Get-RestorePath $Folder $Run
    if (-not [IO.File]::Exists($path)) { return $null }
    Read-LedgerFile $path @('run', 'kind', 'vmId', 'vm')
}

function Write-Restore([string]$Folder, $Restore) { Write-Durably (Get-RestorePath $Folder ([string]$Restore.run)) (ConvertTo-Text $Restore) }

function Remove-Restore([string]$Folder, [string]$Run) { [IO.File]::Delete((Get-RestorePath $Folder $Run)) }

# A folder is ours when this file in it names the run: nothing else is ever deleted.
$RestoreMark = 'hostkeep-restore-unfinished'

function New-RestoreFolder([string]$Path, [string]$Run) {
    $null = [IO.Directory]::CreateDirectory($Path)
    [IO.File]::WriteAllText([IO.Path]::Combine($Path, $RestoreMark), $Run)
}

# The mark goes last, so that a removal that is cut off goes on where it ended.
function Remove-RestoreFolder([string]$Path, [string]$Run) {
    $mark = [IO.Path]::Combine($Path, $RestoreMark)
    if (-not [IO.File]::Exists($mark) -or [IO.File]::ReadAllText($mark).Trim() -ne $Run) { return }
    foreach ($folder in [IO.Directory]::GetDirectories($Path)) { [IO.Directory]::Delete($folder, $true) }
    foreach ($file in [IO.Directory]::GetFiles($Path)) { if ([IO.Path]::GetFileName($file) -ne $RestoreMark) { [IO.File]::Delete($file) } }
    [IO.Directory]::Delete($Path, $true)
}

# What was made in the folder stands: it is ours no longer. The files that it was imported from are not used; one that is held by a scanner may stay.
function Complete-RestoreFolder([string]$Path) {
    [IO.File]::Delete([IO.Path]::Combine($Path, $RestoreMark))
    $imported = [IO.Path]::Combine($Path, 'Imported')
    if (-not [IO.Directory]::Exists($imported)) { return }
    try { [IO.Directory]::Delete($imported, $true) }
    catch { Send-Step 'define-vm' 'host' 'Hyper-V' 'warning' ('not removed, and of no use: ' + $imported) }
}

# The mark is there until everything else is done: a folder that lost it holds a VM that is whole, and only the ledger's file was not removed any more.
function Test-RestoreDone([string]$Path) {
    [IO.Directory]::Exists($Path) -and -not [IO.File]::Exists([IO.Path]::Combine($Path, $RestoreMark))
}

# Free bytes of the volume under a path; null where no volume of this host holds it (a share).
function Get-FreeBytes([string]$Path) {
    if ($Path.StartsWith('\\')) { return $null }
    $best = $null
    foreach ($volume in @(Get-CimInstance -ClassName Win32_Volume)) {
        $name = [string]$volume.Name
        if ($name -eq '' -or -not $Path.StartsWith($name, [StringComparison]::OrdinalIgnoreCase)) { continue }
        if ($null -eq $best -or $name.Length -gt ([string]$best.Name).Length) { $best = $volume }
    }
    if ($null -eq $best) { return $null }
    [int64]$best.FreeSpace
}

function Assert-Space([string]$Path, [int64]$Bytes) {
    $free = Get-FreeBytes $Path
    if ($null -ne $free -and $free -lt $Bytes) { Stop-Operation 'host/no-space' @{ folder = $Path; freeBytes = $free; neededBytes = $Bytes } }
}

# The name form is what Microsoft documents; the number form says the same on a host whose language has another name for the authority.
function Grant-VmFile([guid]$VmId, [string]$Path) {
    $ErrorActionPreference = 'Continue'
    $bytes = $VmId.ToByteArray()
    $parts = @(0, 4, 8, 12 | ForEach-Object { [string][BitConverter]::ToUInt32($bytes, $_) })
    $accounts = @(('NT VIRTUAL MACHINE\' + $VmId.ToString('D').ToUpperInvariant()), ('*S-1-5-83-1-' + ($parts -join '-')))
    foreach ($account in $accounts) {
        $null = & (Get-SystemTool 'icacls.exe') $Path '/grant' ($account + ':F') 2>$null
        if ($LASTEXITCODE -eq 0) { return }
    }
    Stop-Operation 'host/grant-failed' @{ vm = $VmId.ToString('D'); path = $Path; exitCode = [int]$LASTEXITCODE }
}

function Test-Inside([string]$Path, [string]$Folder) {
    if ($Path -eq '') { return $false }
    $prefix = $Folder.TrimEnd([IO.Path]::DirectorySeparatorChar) + [IO.Path]::DirectorySeparatorChar
    $Path.StartsWith($prefix, [StringComparison]::OrdinalIgnoreCase) -or $Path -eq $Folder
}

# VMs whose configuration lies in the folder: those are the ones that the restore has made.
function Get-VmsInside([string]$Folder) {
    @(Hyper-V\Get-VM | Where-Object { (Test-Inside ([string](Get-Field $_ 'ConfigurationLocation')) $Folder) -or (Test-Inside ([string](Get-Field $_ 'Path')) $Folder) })
}

function Copy-Configuration([string]$From, [string]$To) {
    $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($To))
    foreach ($extension in @('.vmcx', '.vmgs', '.vmrs', '.xml')) {
        $file = [IO.Path]::ChangeExtension($From, $extension)
        if ([IO.File]::Exists($file)) { [IO.File]::Copy($file, [IO.Path]::ChangeExtension($To, $extension), $true) }
    }
}

# Undoes the restore of a run: the VM that it made, its files, and the VM whose place it had taken comes back.
function Undo-Restore([string]$Folder, [string]$Run) {
    $restore = Read-Restore $Folder $Run
    if ($null -eq $restore) { return }
    if ([string]$restore.kind -eq 'vm') {
        $made = @(Get-VmsInside ([string]$restore.folder))
        # A VM that runs had every step before its start done: it is in use, and no left-over.
        $runs = @($made | Where-Object { $_.State.ToString() -ne 'Off' }).Count -gt 0
        if ($runs -or (Test-RestoreDone ([string]$restore.folder))) {
            if ($runs -or $made.Count -gt 0) { Complete-RestoreFolder ([string]$restore.folder) }
            Remove-Restore $Folder $Run
            return
        }
        foreach ($vm in $made) { Hyper-V\Remove-VM -VM $vm -Force -Confirm:$false }
        if ($null -ne $restore.replaced) {
            if ($null -eq (Hyper-V\Get-VM -Id ([string]$restore.vmId) -ErrorAction SilentlyContinue)) {
                Copy-Configuration ([string]$restore.replaced.saved) ([string]$restore.replaced.original)
                $null = Hyper-V\Import-VM -Path ([string]$restore.replaced.original) -Confirm:$false
            }
        }
        Remove-RestoreFolder ([string]$restore.folder) $Run
    }
    elseif ([string]$restore.kind -eq 'guest-files') { Remove-RestoreFolder ([string]$restore.folder) $Run }
    else {
        $used = @(Hyper-V\Get-VM | ForEach-Object { @($_.HardDrives) } | Where-Object { $null -ne $_ -and [string]$_.Path -eq [string]$restore.file })
        if ($used.Count -eq 0) {
            foreach ($file in @([string]$restore.file, ([string]$restore.file + '.partial'))) { if ([IO.File]::Exists($file)) { [IO.File]::Delete($file) } }
        }
    }
    Remove-Restore $Folder $Run
}
