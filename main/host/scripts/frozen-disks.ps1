# What a checkpoint holds: its disks, what changed on them, its configuration files. ASCII only, Windows PowerShell 5.1 and 7.

# The frozen disks of a checkpoint, in the order of their controllers, each with its changes since an older reference point of the ledger.
function Get-FrozenDisks($System, $Snapshot, $Since, $Ledger) {
    $older = $null
    $reason = 'no earlier run of this console to this repository is known'
    if ($null -ne $Since) {
        $older = @(Get-ReferencePoints $System | Where-Object { [string]$_.InstanceID -eq [string]$Since })[0]
        if ($null -eq $older) { $reason = 'the reference point is gone from the host' }
        elseif (@($older.VirtualDiskIdentifiers).Count -ne @($older.ResilientChangeTrackingIdentifiers).Count) {
            $older = $null
            $reason = 'the reference point does not tell its disks apart'
        }
    }
    $faults = @()
    if ($null -ne $older) { $faults = @(Get-TrackingFaults (Get-PointTime $Ledger $Since)) }
    $written = @(Get-WrittenFiles $System)
    foreach ($drive in @(Get-VmDrives $Snapshot)) {
        $path = [string]@($drive.HostResource)[0]
        if ($written -contains $path) {
            Send-Step 'checkpoint' 'host' 'Hyper-V' 'warning' "not backed up, since the checkpoint does not freeze it (a shared disk?): $path"
            continue
        }
        $image = Hyper-V\Get-VHD -Path $path
        $disk = @{ path = $path; parents = @(Get-DiskParents $path); format = $image.VhdFormat.ToString(); sizeBytes = [int64]$image.Size; known = $false; reason = $reason; offsets = @(); lengths = @() }
        $fault = Find-TrackingFault $faults $disk
        if ($null -ne $fault) { $disk.reason = "the host has logged that its change tracking is damaged (event $([int]$fault.Id))" }
        elseif ($null -ne $older) { Add-DiskChanges $disk (Get-TrackingId $older ([string]$drive.InstanceID)) }
        $disk
    }
}

# The files that a running VM writes into now. A disk that cannot be checkpointed is among them still, and what is read of it would be of no moment.
function Get-WrittenFiles($System) {
    if ([int](Get-CimInstance -InputObject $System).EnabledState -ne 2) { return }
    $System | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemSettingData |
        Where-Object { $_.VirtualSystemType -eq 'Microsoft:Hyper-V:System:Realized' } |
        ForEach-Object { Get-VmDrives $_ } | ForEach-Object { [string]@($_.HostResource)[0] }
}

# When the checkpoint was asked for that a reference point was made of; null where the ledger does not say.
function Get-PointTime($Ledger, [string]$Id) {
    foreach ($point in @($Ledger.points)) {
        if ($null -eq $point -or [string]$point.id -ne $Id) { continue }
        $ticks = Get-Field $point 'at'
        if ($null -ne $ticks) { return [datetime]::new([long]$ticks, [DateTimeKind]::Utc) }
    }
    $null
}

# What the driver of virtual disks has logged since then, in the log of its own (provider Microsoft-Windows-VHDMP): 8 a tracking file is corrupt,
# 9 a disk was written without it, 10 it could not be written. Such a host may go on answering what changed, and leave something out.
$MostTrackingFaults = 1000
function Get-TrackingFaults($Since) {
    $filter = @{ LogName = 'Microsoft-Windows-VHDMP-Operational'; Id = @(8, 9, 10) }
    if ($null -ne $Since) { $filter.StartTime = $Since.ToLocalTime() }
    # A log without such an event is an error to Get-WinEvent, and fine with us.
    @(Get-WinEvent -FilterHashtable $filter -MaxEvents $MostTrackingFaults -ErrorAction SilentlyContinue)
}

# The one that is about this disk; where there are more than were fetched any of them may be.
function Find-TrackingFault($Faults, [hashtable]$Disk) {
    $there = @($Faults | Where-Object { $null -ne $_ })
    if ($there.Count -ge $MostTrackingFaults) { return $there[0] }
    foreach ($fault in $there) { if (Test-FaultOfDisk $fault $Disk) { return $fault } }
    $null
}

# All three have the disk's file among their values, whatever the language of the host. Without values its text is searched for the name. One that
# names no file may be about any disk.
function Test-FaultOfDisk($Fault, [hashtable]$Disk) {
    $chain = @(@($Disk.path) + @($Disk.parents) | ForEach-Object { Get-FileLeaf ([string]$_) })
    $root = [IO.Path]::GetFileNameWithoutExtension($chain[-1])
    $named = @(Get-Field $Fault 'Properties' | Where-Object { $null -ne $_ } |
            ForEach-Object { Get-FileLeaf ([string](Get-Field $_ 'Value')) } | Where-Object { $_ -match '\.a?vhdx?\z' })
    if ($named.Count -eq 0) {
        $text = [string]$Fault.Message
        return ($text -notmatch '\.a?vhdx?\b' -or $text.IndexOf($root, [StringComparison]::OrdinalIgnoreCase) -ge 0)
    }
    # A checkpoint's file that has been merged since begins with the name of the disk below it.
    @($named | Where-Object { $chain -contains $_ -or $_.StartsWith($root + '_', [StringComparison]::OrdinalIgnoreCase) }).Count -gt 0
}

# The driver may write a path as the kernel has it, so only the name is the same everywhere.
function Get-FileLeaf([string]$Path) { $Path.Split([char[]]@('\', '/'))[-1] }

# Disks are the same when the controller slot at the end of their instance id is: the part before names VM or checkpoint.
function Get-DiskSlot([string]$InstanceId) {
    $parts = $InstanceId.Split('\')
    ($parts[1..($parts.Count - 1)] -join '\').ToUpperInvariant()
}

function Get-TrackingId($Point, [string]$InstanceId) {
    $ids = @($Point.VirtualDiskIdentifiers)
    for ($at = 0; $at -lt $ids.Count; $at++) {
        if ((Get-DiskSlot ([string]$ids[$at])) -eq (Get-DiskSlot $InstanceId)) { return [string]@($Point.ResilientChangeTrackingIdentifiers)[$at] }
    }
    $null
}

function Add-DiskChanges([hashtable]$Disk, $TrackingId) {
    if ($null -eq $TrackingId) { $Disk.reason = 'the disk was not there when the reference point was made'; return }
    if ($Disk.format -ne 'VHDX') { $Disk.reason = 'only VHDX disks have change tracking'; return }
    $images = Get-VirtualizationInstance 'Msvm_ImageManagementService' ''
    $offsets = [Collections.Generic.List[long]]::new()
    $lengths = [Collections.Generic.List[long]]::new()
    $at = [uint64]0
    try {
        while ($at -lt $Disk.sizeBytes) {
            $found = Invoke-CimMethod -InputObject $images -MethodName GetVirtualDiskChanges -Arguments @{
                Path = $Disk.path; LimitId = [string]$TrackingId; ByteOffset = [uint64]$at; ByteLength = [uint64]($Disk.sizeBytes - $at)
            }
            if ([int64]$found.ReturnValue -ne 0) { $Disk.reason = "the host has lost its change tracking (result $([int64]$found.ReturnValue))"; return }
            foreach ($one in @($found.ChangedByteOffsets)) { if ($null -ne $one) { $offsets.Add([long]$one) } }
            foreach ($one in @($found.ChangedByteLengths)) { if ($null -ne $one) { $lengths.Add([long]$one) } }
            if ([uint64]$found.ProcessedByteLength -eq 0) { $Disk.reason = 'the host stopped answering what changed'; return }
            $at += [uint64]$found.ProcessedByteLength
        }
    }
    catch { $Disk.reason = 'the host could not tell what changed: ' + [string]$_.FullyQualifiedErrorId; return }
    if ($offsets.Count -ne $lengths.Count) { $Disk.reason = 'the host told changes that do not fit together'; return }
    $Disk.known = $true
    $Disk.reason = ''
    $Disk.offsets = $offsets.ToArray()
    $Disk.lengths = $lengths.ToArray()
}

# .vmcx, .vmgs and .vmrs of the checkpoint; read, never exported: an export can keep the disks locked.
function Get-DefinitionFiles($Snapshot) {
    $root = [string]$Snapshot.ConfigurationDataRoot
    $main = [string](Get-Field $Snapshot 'ConfigurationFile')
    if ($root -eq '' -or $main -eq '') { return }
    $path = [IO.Path]::Combine($root, $main)
    foreach ($extension in @('.vmcx', '.vmgs', '.vmrs', '.xml')) {
        $file = [IO.Path]::ChangeExtension($path, $extension)
        if (-not [IO.File]::Exists($file)) { continue }
        $stream = [IO.FileStream]::new($file, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]'ReadWrite, Delete')
        try {
            # Runtime state can hold the guest's memory; a recovery checkpoint has none, so anything big is not ours to take.
            if ($stream.Length -gt 33554432) { continue }
            $bytes = [byte[]]::new($stream.Length)
            $done = 0
            while ($done -lt $bytes.Length) {
                $read = $stream.Read($bytes, $done, $bytes.Length - $done)
                # It shrank while it was read: what there is, is all of it.
                if ($read -le 0) { break }
                $done += $read
            }
            @{ name = [IO.Path]::GetFileName($file); contentBase64 = [Convert]::ToBase64String($bytes, 0, $done) }
        }
        finally { $stream.Dispose() }
    }
}
