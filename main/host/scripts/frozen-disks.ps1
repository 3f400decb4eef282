# What a checkpoint holds: its disks, what changed on them, its configuration files. ASCII only, Windows PowerShell 5.1 and 7.

# The frozen disks of a checkpoint, in the order of their controllers, each with its changes since an older reference point.
function Get-FrozenDisks($System, $Snapshot, $Since) {
    $older = $null
    $reason = 'no reference point was asked for'
    if ($null -ne $Since) {
        $older = @(Get-ReferencePoints $System | Where-Object { [string]$_.InstanceID -eq [string]$Since })[0]
        if ($null -eq $older) { $reason = 'the reference point is gone from the host' }
        elseif (@($older.VirtualDiskIdentifiers).Count -ne @($older.ResilientChangeTrackingIdentifiers).Count) {
            $older = $null
            $reason = 'the reference point does not tell its disks apart'
        }
    }
    foreach ($drive in @(Get-VmDrives $Snapshot)) {
        $path = [string]@($drive.HostResource)[0]
        $image = Hyper-V\Get-VHD -Path $path
        $disk = @{ path = $path; parents = @(Get-DiskParents $path); format = $image.VhdFormat.ToString(); sizeBytes = [int64]$image.Size; known = $false; reason = $reason; offsets = @(); lengths = @() }
        if ($null -ne $older) { Add-DiskChanges $disk (Get-TrackingId $older ([string]$drive.InstanceID)) }
        $disk
    }
}

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
