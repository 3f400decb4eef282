# Copies the files that lie in a run's folder on the host into the guest, proves each there and gives it its name.
# Request: run, ledger, user and password (empty: none are known), way, folder (in the guest), conflict (rename, skip, overwrite).
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $run = [string]$Wanted.run
    $restore = Read-Restore $Wanted.ledger $run
    if ($null -eq $restore -or [string]$restore.kind -ne 'guest-files' -or -not [IO.Directory]::Exists([string]$restore.folder)) { Stop-Operation 'host/restore-gone' @{ run = $run } }
    $vm = Get-RunningVm ([string]$restore.vmId)
    $root = ([string]$restore.folder).TrimEnd([IO.Path]::DirectorySeparatorChar) + [IO.Path]::DirectorySeparatorChar
    # Our own notes beside the files stay here.
    $ours = @($RestoreMark, '.hostkeep-sidecar.jsonl', '.hostkeep-streams')
    $entries = @(Get-FilesBelow $root | Where-Object { $ours -notcontains ([string]$_.relative).Split('/')[0] })
    $done = @{ files = 0; kept = 0; renamed = @(); failed = @(); incomplete = @() }
    $belongings = Get-Belongings $root
    $none = @{ attributes = 0; created = ''; sddl = ''; streams = @() }
    # Folders that are new get theirs when all is in them.
    $folders = [Collections.Generic.Stack[object]]::new()
    $session = $null
    Send-Step 'copy-to-guest' 'guest' ([string]$vm.Name) 'started' ([string]$Wanted.way)
    try {
        if ([string]$Wanted.way -eq 'powershell-direct') {
            try { $session = New-PSSession -VMId ([guid]$vm.Id) -Credential (New-GuestCredential $Wanted) -ErrorAction Stop }
            catch { Stop-OfGuest ([string]$vm.Name) $_ }
        }
        $count = 0
        foreach ($entry in $entries) {
            if ($null -eq $entry) { continue }
            $count++
            $relative = [string]$entry.relative
            $place = $null
            try {
                if ($entry.isLink) { throw 'links are not copied' }
                if ($null -eq $session) {
                    if ($entry.isFolder) { continue }
                    $separator = '\'
                    if (([string]$Wanted.folder).StartsWith('/')) { $separator = '/' }
                    $target = ([string]$Wanted.folder).TrimEnd('\', '/') + $separator + $relative.Replace('/', $separator)
                    $force = @{ }
                    if ([string]$Wanted.conflict -eq 'overwrite') { $force = @{ Force = $true } }
                    Copy-VMFile -VM $vm -SourcePath ([string]$entry.path) -DestinationPath $target -FileSource Host -CreateFullPath @force -ErrorAction Stop
                    $done.files++
                    continue
                }
                $asked = $relative
                if ($entry.isFolder) { $asked = $relative + '/' }
                $place = ConvertFrom-Json ([string]@(Invoke-Command -Session $session -ScriptBlock $GuestPrepare -ArgumentList ([string]$Wanted.folder), $asked, ([string]$Wanted.conflict), $run -ErrorAction Stop)[-1])
                $its = $none
                if ($belongings.ContainsKey($relative)) { $its = $belongings[$relative] }
                if ([string]$place.outcome -eq 'folder') {
                    if ($place.made -and $its -ne $none) { $folders.Push(@{ relative = $relative; final = [string]$place.final; its = $its }) }
                    continue
                }
                if ([string]$place.outcome -eq 'skip') { $done.kept++; continue }
                Copy-Item -LiteralPath ([string]$entry.path) -Destination ([string]$place.temporary) -ToSession $session -ErrorAction Stop
                $modified = [IO.File]::GetLastWriteTimeUtc([string]$entry.path).ToString('o', [Globalization.CultureInfo]::InvariantCulture)
                $lost = [Collections.Generic.List[string]]::new()
                $streams = Send-Streams $session $root $its.streams ([string]$place.temporary + '-') $lost
                $sent = ConvertTo-Json -InputObject @{ attributes = $its.attributes; created = $its.created; sddl = $its.sddl; streams = $streams } -Compress -Depth 4
                $told = ConvertFrom-Json ([string]@(Invoke-Command -Session $session -ScriptBlock $GuestPublish -ArgumentList ([string]$place.temporary), ([string]$place.final), (Get-FileSum ([string]$entry.path)), $modified, $sent -ErrorAction Stop)[-1])
                if ([string]$told.lost -ne '') { $lost.Add([string]$told.lost) }
                $done.files++
                if ($lost.Count -gt 0 -and $done.incomplete.Count -lt 1000) { $done.incomplete += @{ path = $relative; says = $lost -join '; ' } }
                if ($place.renamed) { $done.renamed += @{ path = $relative; to = [string]$place.final } }
            }
            catch {
                # What is wrong with one file does not end the work on others; a guest that is gone does.
                $failure = Get-OperationFailure $_
                if ($null -ne $session -and $session.State.ToString() -ne 'Opened') { Stop-Operation 'host/guest-unreachable' @{ vm = [string]$vm.Name; copied = $done.files; says = $failure.message } }
                if ($null -ne $place -and [string]$place.temporary -ne '') {
                    try { $null = Invoke-Command -Session $session -ScriptBlock $GuestDiscard -ArgumentList ([string]$place.temporary) -ErrorAction Stop }
                    catch { $failure.message += '; beside its place lies ' + [string]$place.temporary }
                }
                if ($done.failed.Count -lt 1000) { $done.failed += @{ path = $relative; says = $failure.message; errorId = $failure.errorId } }
            }
            Send-Event @{ progress = @{ phase = 'copy into guest'; percent = [int](100 * $count / $entries.Count) } }
        }
        foreach ($folder in $folders) {
            $lost = ''
            try {
                $sent = ConvertTo-Json -InputObject @{ attributes = $folder.its.attributes; created = ''; sddl = $folder.its.sddl; streams = @() } -Compress -Depth 4
                $lost = [string](ConvertFrom-Json ([string]@(Invoke-Command -Session $session -ScriptBlock $GuestPublish -ArgumentList '', $folder.final, '', '', $sent -ErrorAction Stop)[-1])).lost
            }
            catch { $lost = [string](Get-OperationFailure $_).message }
            if ($lost -ne '' -and $done.incomplete.Count -lt 1000) { $done.incomplete += @{ path = $folder.relative + '/'; says = $lost } }
        }
    }
    finally { if ($null -ne $session) { Remove-PSSession -Session $session } }
    Remove-RestoreFolder ([string]$restore.folder) $run
    Remove-Restore $Wanted.ledger $run
    $state = 'done'
    if ($done.failed.Count -gt 0 -or $done.incomplete.Count -gt 0) { $state = 'warning' }
    Send-Step 'copy-to-guest' 'guest' ([string]$vm.Name) $state ([string]$done.files)
    $done
}
