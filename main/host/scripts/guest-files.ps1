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
    $made = -not [IO.Directory]::Exists($target)
    $null = [IO.Directory]::CreateDirectory($target)
    for ($at = 0; $at -lt $parts.Length - 1; $at++) {
        $target = [IO.Path]::Combine($target, $parts[$at])
        $entry = [IO.DirectoryInfo]::new($target)
        $made = -not $entry.Exists
        if ($entry.Exists -and ($entry.Attributes -band [IO.FileAttributes]::ReparsePoint)) { throw 'a link is in the way' }
        $null = [IO.Directory]::CreateDirectory($target)
    }
    $name = $parts[$parts.Length - 1]
    $answer = @{ outcome = 'folder'; temporary = ''; final = $target; renamed = $false; made = $made }
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

# Gives the file its name once its bytes are proved and flushed, with what belongs to it; gives what of that could not be put there. The name of a
# folder that is there already: without a sum.
$GuestPublish = {
    param([string]$Temporary, [string]$Final, [string]$Sha, [string]$Modified, [string]$Belongings)
    $ErrorActionPreference = 'Stop'
    $its = ConvertFrom-Json $Belongings
    $lost = [Collections.Generic.List[string]]::new()
    # Before the file has its name; but where it takes the place of another, whose rights it gets, after that. What is read-only takes no stream.
    $equip = {
        param([string]$Path)
        foreach ($stream in @($its.streams)) {
            if ($null -eq $stream) { continue }
            try {
                if ([string]$stream.temporary -eq '') {
                    if ([int64](Get-Item -LiteralPath $Path -Stream ([string]$stream.name) -ErrorAction Stop).Length -ne [int64]$stream.size) { throw 'not all of it arrived' }
                    continue
                }
                $asBytes = @{ Encoding = 'Byte' }
                if ($PSVersionTable.PSVersion.Major -ge 6) { $asBytes = @{ AsByteStream = $true } }
                Set-Content -LiteralPath $Path -Stream ([string]$stream.name) -Value ([IO.File]::ReadAllBytes([string]$stream.temporary)) @asBytes -ErrorAction Stop
            }
            catch { $lost.Add('stream ' + [string]$stream.name + ': ' + $_.Exception.Message) }
        }
        try {
            if ($Sha -ne '') {
                $style = [Globalization.DateTimeStyles]::RoundtripKind
                $culture = [Globalization.CultureInfo]::InvariantCulture
                if ([string]$its.created -ne '') { [IO.File]::SetCreationTimeUtc($Path, [datetime]::Parse([string]$its.created, $culture, $style)) }
                [IO.File]::SetLastWriteTimeUtc($Path, [datetime]::Parse($Modified, $culture, $style))
            }
            # Read-only, hidden, system, archive, not indexed.
            $attributes = [int]([int64]$its.attributes -band 0x2027)
            if ($attributes -ne 0) { [IO.File]::SetAttributes($Path, [IO.FileAttributes]([int][IO.File]::GetAttributes($Path) -bor $attributes)) }
        }
        catch { $lost.Add('times and attributes: ' + $_.Exception.Message) }
    }
    # Rights come last: they may forbid the rest.
    $permit = {
        param([string]$Path)
        if ([string]$its.sddl -ne '') {
            try {
                $rights = Get-Acl -LiteralPath $Path -ErrorAction Stop
                try {
                    $rights.SetSecurityDescriptorSddlForm([string]$its.sddl)
                    Set-Acl -LiteralPath $Path -AclObject $rights -ErrorAction Stop
                }
                catch {
                    # Another owner needs a privilege that not every session has.
                    $rights = Get-Acl -LiteralPath $Path -ErrorAction Stop
                    $rights.SetSecurityDescriptorSddlForm([string]$its.sddl, 'Access')
                    Set-Acl -LiteralPath $Path -AclObject $rights -ErrorAction Stop
                    $lost.Add('owner')
                }
            }
            catch { $lost.Add('rights: ' + $_.Exception.Message) }
        }
    }
    $clean = { foreach ($stream in @($its.streams)) { if ($null -ne $stream -and [string]$stream.temporary -ne '') { [IO.File]::Delete([string]$stream.temporary) } } }
    if ($Sha -eq '') {
        & $equip $Final
        & $permit $Final
    }
    else {
        $file = [IO.File]::Open($Temporary, [IO.FileMode]::Open, [IO.FileAccess]::ReadWrite)
        $sum = [Security.Cryptography.SHA256]::Create()
        try {
            $found = [BitConverter]::ToString($sum.ComputeHash($file)).Replace('-', '')
            $file.Flush($true)
        }
        finally { $file.Dispose(); $sum.Dispose() }
        if ($found -ne $Sha) { throw 'the bytes that arrived are others' }
        if ([IO.File]::Exists($Final)) {
            # What is read-only is not replaced.
            $before = [IO.File]::GetAttributes($Final)
            [IO.File]::SetAttributes($Final, [IO.FileAttributes]::Normal)
            try { [IO.File]::Replace($Temporary, $Final, [NullString]::Value) }
            catch {
                # Windows may have taken the old file away before it failed: then the new one takes the name as it would without it.
                if ([IO.File]::Exists($Final)) { [IO.File]::SetAttributes($Final, $before); throw }
                [IO.File]::Move($Temporary, $Final)
            }
            & $equip $Final
            & $permit $Final
        }
        else {
            & $equip $Temporary
            # Nobody reads it by its name before it has its rights.
            $open = $null
            try { $open = [string](Get-Acl -LiteralPath $Temporary -ErrorAction Stop).Sddl } catch { $open = $null }
            $told = $lost.Count
            & $permit $Temporary
            try { [IO.File]::Move($Temporary, $Final) }
            catch {
                # They may forbid to give it its name: then it has that first.
                if ($null -eq $open) { throw }
                $rights = Get-Acl -LiteralPath $Temporary -ErrorAction Stop
                $rights.SetSecurityDescriptorSddlForm($open, 'Access')
                Set-Acl -LiteralPath $Temporary -AclObject $rights -ErrorAction Stop
                [IO.File]::Move($Temporary, $Final)
                $lost.RemoveRange($told, $lost.Count - $told)
                & $permit $Final
            }
        }
    }
    & $clean
    ConvertTo-Json -InputObject @{ lost = $lost -join '; ' } -Compress
}

# Takes away what a file that came to nothing has left beside its place; what cannot be deleted is no reason to keep the rest.
$GuestDiscard = {
    param([string]$Temporary)
    $ErrorActionPreference = 'Stop'
    $mine = [IO.Path]::GetFileName($Temporary)
    foreach ($path in [IO.Directory]::GetFiles([IO.Path]::GetDirectoryName($Temporary), '.hostkeep-*')) {
        $rest = [IO.Path]::GetFileName($path).Substring([Math]::Min($mine.Length, [IO.Path]::GetFileName($path).Length))
        if (-not [IO.Path]::GetFileName($path).StartsWith($mine, [StringComparison]::Ordinal) -or $rest -notmatch '^(-[0-9]+)?$') { continue }
        try {
            [IO.File]::SetAttributes($path, [IO.FileAttributes]::Normal)
            [IO.File]::Delete($path)
        }
        catch { continue }
    }
}

# What the list beside the restored files says of each, by its path.
function Get-Belongings([string]$Root) {
    $found = [Collections.Generic.Dictionary[string, object]]::new([StringComparer]::Ordinal)
    $list = [IO.Path]::Combine($Root, '.hostkeep-sidecar.jsonl')
    if ([IO.File]::Exists($list)) {
        foreach ($line in [IO.File]::ReadLines($list)) {
            $told = ConvertFrom-Json $line
            $created = ''
            # Nanoseconds since 1970 here, ticks of 100 ns since the year 1 there.
            if ($null -ne $told.times.created) {
                $ticks = [long]621355968000000000 + [long][Math]::Floor([decimal]$told.times.created / 100)
                if ($ticks -gt [datetime]::new(1601, 1, 2).Ticks -and $ticks -lt [datetime]::MaxValue.Ticks) { $created = [datetime]::new($ticks, [DateTimeKind]::Utc).ToString('o', [Globalization.CultureInfo]::InvariantCulture) }
            }
            $its = @{ attributes = [int64]$told.windowsAttributes; created = $created; sddl = ''; streams = @() }
            if ($told.PSObject.Properties['sddl']) { $its.sddl = [string]$told.sddl }
            if ($told.PSObject.Properties['streams']) { $its.streams = @($told.streams) }
            $found[[string]$told.path] = $its
        }
    }
    $found
}

# Streams travel as files of their own beside the file's place; those that the file has on the host come with it.
$LargestStream = 64MB
function Send-Streams($Session, [string]$Root, $Streams, [string]$Temporary, $Lost) {
    $sent = @()
    foreach ($stream in @($Streams)) {
        if ($null -eq $stream) { continue }
        $place = ''
        if ($null -ne $stream.file) {
            if ([int64]$stream.sizeBytes -gt $LargestStream) { $Lost.Add('stream ' + [string]$stream.name + ': too large'); continue }
            $place = $Temporary + $sent.Count
            Copy-Item -LiteralPath ([IO.Path]::Combine($Root, ([string]$stream.file).Replace('/', [IO.Path]::DirectorySeparatorChar))) -Destination $place -ToSession $Session -ErrorAction Stop
        }
        $sent += @{ name = [string]$stream.name; size = [int64]$stream.sizeBytes; temporary = $place }
    }
    , $sent
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
