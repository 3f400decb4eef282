# Files into a guest: what runs in the guest, and the ways into it. ASCII only; PowerShell Direct reaches guests from Windows 10 and Server 2016 on: 5.0 is there.
# Each block gives one JSON text. Paths of the guest are put together in the guest, whatever it is.

# Whether the folder can be written to, and the bytes that its volume has free.
$GuestFolderProbe = {
    param([string]$Folder)
    $ErrorActionPreference = 'Stop'
    $free = $null
    $sound = [IO.Path]::IsPathRooted($Folder) -and $Folder.IndexOfAny([IO.Path]::GetInvalidPathChars()) -lt 0
    if ($sound) { try { $free = [int64]([IO.DriveInfo]::new([IO.Path]::GetPathRoot($Folder))).AvailableFreeSpace } catch { $sound = $false } }
    ConvertTo-Json -InputObject @{ sound = $sound; free = $free } -Compress
}

# A place for one file below the folder. Nothing is ever written through a link: somebody else may have put it there.
$GuestPrepare = {
    param([string]$Folder, [string]$Relative, [string]$Conflict, [string]$Run)
    $ErrorActionPreference = 'Stop'
    $target = $Folder
    $parts = @($Relative.Split('/'))
    $null = [IO.Directory]::CreateDirectory($target)
    for ($at = 0; $at -lt $parts.Length - 1; $at++) {
        $target = [IO.Path]::Combine($target, $parts[$at])
        $entry = [IO.DirectoryInfo]::new($target)
        if ($entry.Exists -and ($entry.Attributes -band [IO.FileAttributes]::ReparsePoint)) { throw 'a link is in the way' }
        $null = [IO.Directory]::CreateDirectory($target)
    }
    $name = $parts[$parts.Length - 1]
    $answer = @{ outcome = 'folder'; temporary = ''; final = ''; renamed = $false }
    if ($name -ne '') {
        $final = [IO.Path]::Combine($target, $name)
        $answer.outcome = 'copy'
        if ([IO.File]::Exists($final) -or [IO.Directory]::Exists($final)) {
            if ($Conflict -eq 'skip' -and [IO.File]::Exists($final)) { $answer.outcome = 'skip' }
            elseif ($Conflict -eq 'overwrite' -and [IO.File]::Exists($final)) {
                if ([IO.File]::GetAttributes($final) -band [IO.FileAttributes]::ReparsePoint) { throw 'a link is in the way' }
            }
            else {
                $number = 2
                $stem = [IO.Path]::GetFileNameWithoutExtension($name)
                $extension = [IO.Path]::GetExtension($name)
                while ([IO.File]::Exists($final) -or [IO.Directory]::Exists($final)) {
                    if ($number -gt 1000) { throw 'no name is free' }
                    $final = [IO.Path]::Combine($target, $stem + ' (' + $number + ')' + $extension)
                    $number++
                }
                $answer.renamed = $true
            }
        }
        $answer.final = $final
        $answer.temporary = [IO.Path]::Combine($target, '.hostkeep-' + $Run + '.partial')
        [IO.File]::Delete($answer.temporary)
    }
    ConvertTo-Json -InputObject $answer -Compress
}

# Gives the file its name once its bytes are proved and flushed.
$GuestPublish = {
    param([string]$Temporary, [string]$Final, [string]$Sha, [string]$Modified)
    $ErrorActionPreference = 'Stop'
    $file = [IO.File]::Open($Temporary, [IO.FileMode]::Open, [IO.FileAccess]::ReadWrite)
    $sum = [Security.Cryptography.SHA256]::Create()
    try {
        $found = [BitConverter]::ToString($sum.ComputeHash($file)).Replace('-', '')
        $file.Flush($true)
    }
    finally { $file.Dispose(); $sum.Dispose() }
    if ($found -ne $Sha) { [IO.File]::Delete($Temporary); throw 'the bytes that arrived are others' }
    [IO.File]::SetLastWriteTimeUtc($Temporary, [datetime]::Parse($Modified, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind))
    if ([IO.File]::Exists($Final)) { [IO.File]::Replace($Temporary, $Final, [NullString]::Value) }
    else { [IO.File]::Move($Temporary, $Final) }
    'true'
}

# Folders before what is in them; links are named and not followed.
function Get-FilesBelow([string]$Root) {
    $separator = [string][IO.Path]::DirectorySeparatorChar
    $waiting = [Collections.Generic.Queue[string]]::new()
    $waiting.Enqueue($Root)
    while ($waiting.Count -gt 0) {
        foreach ($path in [IO.Directory]::GetFileSystemEntries($waiting.Dequeue())) {
            $attributes = [IO.File]::GetAttributes($path)
            $isLink = [bool]($attributes -band [IO.FileAttributes]::ReparsePoint)
            $isFolder = [bool]($attributes -band [IO.FileAttributes]::Directory) -and -not $isLink
            @{ path = $path; relative = $path.Substring($Root.Length).Replace($separator, '/'); isFolder = $isFolder; isLink = $isLink }
            if ($isFolder) { $waiting.Enqueue($path) }
        }
    }
}

function Get-FileSum([string]$Path) {
    $file = [IO.File]::OpenRead($Path)
    $sum = [Security.Cryptography.SHA256]::Create()
    try { [BitConverter]::ToString($sum.ComputeHash($file)).Replace('-', '') }
    finally { $file.Dispose(); $sum.Dispose() }
}

function New-GuestCredential($Wanted) {
    $secret = [Security.SecureString]::new()
    foreach ($char in ([string]$Wanted.password).ToCharArray()) { $secret.AppendChar($char) }
    [pscredential]::new([string]$Wanted.user, $secret)
}

# A credential that the guest refuses is told apart where the host does; both names are those of the PowerShell source.
function Stop-OfGuest([string]$Vm, $ErrorRecord) {
    $failure = Get-OperationFailure $ErrorRecord
    $code = 'host/guest-unreachable'
    if ($failure.errorId -like '*InvalidCredential*') { $code = 'host/guest-credentials' }
    Stop-Operation $code @{ vm = $Vm; errorId = $failure.errorId; category = $failure.category; says = $failure.message }
}

# Its name is localised, its id is not.
$GuestServiceId = '6C09BB55-D683-4DA0-8931-C9BF705F6480'

function Test-GuestService($Vm) {
    $service = @(@($Vm.VMIntegrationService) | Where-Object { $null -ne $_ -and ([string]$_.Id).EndsWith($GuestServiceId, [StringComparison]::OrdinalIgnoreCase) })[0]
    $null -ne $service -and [bool]$service.Enabled
}

function Get-RunningVm([string]$VmId) {
    $vm = Hyper-V\Get-VM -Id $VmId -ErrorAction SilentlyContinue
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = $VmId } }
    if ($vm.State.ToString() -ne 'Running') { Stop-Operation 'host/guest-unreachable' @{ vm = [string]$vm.Name; state = $vm.State.ToString() } }
    $vm
}
