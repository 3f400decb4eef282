# Path A: host VSS. diskshadow is the requester; it stays alive, holding the backup open, until complete-shadow or abort-shadow.
# Request: vmId, run, ledger, full (bool), seconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $vmId = Get-CheckedGuid $Wanted.vmId
    $vm = Hyper-V\Get-VM -Id $vmId -ErrorAction SilentlyContinue
    if ($null -eq $vm) { Stop-Operation 'host/vm-not-found' @{ vm = $vmId } }
    if (@($vm.OperationalStatus).Count -gt 1) { Stop-Operation 'host/vm-busy' @{ vm = $vmId } }
    $ledger = Read-Ledger $Wanted.ledger $vmId
    if ($null -ne $ledger.open) { Stop-Operation 'host/residue' @{ vm = $vmId; run = [string]$ledger.open.run } }

    Send-Step 'enumerate-writers' 'host' 'Hyper-V writer' 'started' ''
    Assert-HyperVWriter 'enumerate-writers'
    Send-Step 'enumerate-writers' 'host' 'Hyper-V writer' 'done' 'stable'

    $volumes = @(Get-CimInstance -ClassName Win32_Volume | Where-Object { $null -ne $_.Name })
    $disks = @(foreach ($drive in @($vm.HardDrives)) {
            if ($null -ne $drive.DiskNumber) { continue }
            $files = @([string]$drive.Path) + @(Get-DiskParents ([string]$drive.Path))
            $image = Hyper-V\Get-VHD -Path $drive.Path
            @{ files = $files; format = $image.VhdFormat.ToString(); sizeBytes = [int64]$image.Size }
        })
    # The writer leaves a VM out of which any file lies on a volume that is not taken.
    $folders = @(@([string]$vm.ConfigurationLocation, [string](Get-Field $vm 'SnapshotFileLocation')) | Where-Object { $_ -ne '' })
    $places = @($disks | ForEach-Object { $_.files }) + @($folders | ForEach-Object { [IO.Path]::Combine($_, 'Virtual Machines') })
    $used = @(foreach ($place in $places) { Find-Volume $volumes $place }) | Select-Object -Unique
    $folder = [IO.Path]::Combine((Get-LedgerFolder $Wanted.ledger), 'shadow-' + $vmId)
    $null = [IO.Directory]::CreateDirectory($folder)
    $mounts = @{}
    foreach ($volume in @($used)) {
        $mount = [IO.Path]::Combine($folder, 'v' + $mounts.Count)
        $null = [IO.Directory]::CreateDirectory($mount)
        $mounts[[string]$volume] = $mount
    }
    $ledger.vm = [string]$vm.Name
    $asked = @{ at = [string][datetime]::UtcNow.Ticks; volumes = @($volumes | Where-Object { $mounts.ContainsKey([string]$_.Name) } | ForEach-Object { [string]$_.DeviceID }) }
    $ledger.open = [pscustomobject]@{ run = [string]$Wanted.run; kind = 'shadow'; before = @(Get-ShadowIds); checkpoint = $null; shadow = @(); reference = $folder; asked = $asked }
    Write-Ledger $Wanted.ledger $ledger

    Write-ShadowScript $folder $mounts ([bool]$Wanted.full)
    $finished = $false
    $process = $null
    try {
        foreach ($step in @('prepare', 'flush')) { Send-Step $step 'host' 'Hyper-V writer' 'started' '' }
        $process = Start-Diskshadow $folder 'backup.dsh' 'backup.log'
        $ready = [IO.Path]::Combine($folder, 'ready')
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $saved = $false
        while (-not [IO.File]::Exists($ready)) {
            if ($process.HasExited) { Stop-Shadow ([IO.Path]::Combine($folder, 'backup.log')) $process.ExitCode }
            Set-SeenAlive $folder
            $saved = ($saved -or (Test-VmSaved $vmId))
            if ($clock.Elapsed.TotalSeconds -gt $Wanted.seconds) { Stop-Operation 'host/job-timeout' @{ phase = 'shadow-copy'; seconds = [int]$Wanted.seconds } }
            Start-Sleep -Milliseconds $PollMilliseconds
        }
        $frozen = [Diagnostics.Stopwatch]::StartNew()
        $log = Read-SharedText ([IO.Path]::Combine($folder, 'backup.log'))
        $fresh = @(Get-ShadowIds | Where-Object { @($ledger.open.before) -notcontains $_ -and $log.ToUpperInvariant().Contains($_.ToUpperInvariant()) })
        $ledger.open.shadow = $fresh
        Add-Taken $ledger
        Write-Ledger $Wanted.ledger $ledger
        if ($fresh.Count -ne $mounts.Count) { Stop-Operation 'host/checkpoint-failed' @{ vm = $vmId; shadows = $fresh.Count; volumes = $mounts.Count } }
        $state = Get-HyperVWriterState
        if ($null -eq $state -or ($state -ge 6 -and $state -le 11)) { Stop-Operation 'host/vss-writer-failed' @{ vm = $vmId; writer = 'Hyper-V writer'; state = [string]$state } }
        foreach ($step in @('prepare', 'flush', 'ready')) { Send-Step $step 'host' 'Hyper-V writer' 'done' '' }
        Send-Step 'checkpoint' 'host' 'volume shadow copy' 'done' ($fresh -join ' ')
        # The files were listed before the shadow copies: somebody may have made or removed a checkpoint, or started the VM.
        $now = Hyper-V\Get-VM -Id $vmId -ErrorAction SilentlyContinue
        if ($null -ne $now -and (Get-DrivePaths $now) -ne (Get-DrivePaths $vm)) { Stop-Operation 'host/vm-busy' @{ vm = $vmId; disks = 'changed' } }
        $finished = $true
        @{
            stayedOff = ($vm.State.ToString() -eq 'Off' -and ($null -eq $now -or $now.State.ToString() -eq 'Off'))
            included = (Test-ComponentAdded $log $vmId)
            saved = $saved
            disks = @(foreach ($disk in $disks) {
                    $moved = @(foreach ($file in $disk.files) {
                            $volume = Find-Volume $volumes $file
                            [IO.Path]::Combine($mounts[$volume], $file.Substring($volume.Length))
                        })
                    @{ path = $moved[0]; parents = @($moved | Select-Object -Last ($moved.Count - 1)); format = $disk.format; sizeBytes = $disk.sizeBytes }
                })
            definition = @(Get-VmFiles $vm $volumes $mounts)
            frozenMs = [long]$frozen.ElapsedMilliseconds
        }
    }
    finally {
        if (-not $finished) {
            if ($null -ne $process -and -not $process.HasExited) { $process.Kill(); $process.WaitForExit() }
            try { Undo-Shadow $Wanted.ledger $vmId }
            catch { Send-Step 'release' 'host' 'volume shadow copy' 'failed' ([string]$_.Exception.Message) }
        }
    }
}
