# What we have on the host and have not finished, by the ledger, and our reference points. Request: ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $folder = Get-LedgerFolder $Wanted.ledger
    $found = @()
    # One damaged file says nothing of the other VMs: it is listed like everything else that somebody has to look after.
    function Read-Listed([string]$Path, [string[]]$Fields) {
        try { Read-LedgerFile $Path $Fields }
        catch { $null }
    }
    function New-DamagedItem([string]$Path) {
        $name = [IO.Path]::GetFileNameWithoutExtension($Path)
        $guid = [guid]::Empty
        $null = [guid]::TryParse($name, [ref]$guid)
        @{ kind = 'ledger'; id = $Path; vmId = $guid.ToString('D'); vm = $name; run = '' }
    }
    if ([IO.Directory]::Exists($folder)) {
        foreach ($path in [IO.Directory]::GetFiles($folder, '*.json')) {
            $ledger = Read-Listed $path @('vmId', 'vm', 'open', 'points')
            if ($null -eq $ledger) { $found += New-DamagedItem $path; continue }
            if ($null -ne $ledger.open) {
                $found += @{ kind = [string]$ledger.open.kind; id = [string]$ledger.vmId; vmId = [string]$ledger.vmId; vm = [string]$ledger.vm; run = [string]$ledger.open.run }
            }
            foreach ($point in @($ledger.points)) {
                if ($null -eq $point) { continue }
                $item = @{ kind = 'reference-point'; id = [string]$point.id; vmId = [string]$ledger.vmId; vm = [string]$ledger.vm; run = [string]$point.run }
                $item.repository = [string](Get-Field $point 'repository')
                $ticks = Get-Field $point 'at'
                # Milliseconds since 1970, as the console counts.
                if ($null -ne $ticks) { $item.at = [Math]::Max([long]0, [long][Math]::Floor(([long]$ticks - 621355968000000000) / 10000)) }
                $found += $item
            }
        }
    }
    $restores = [IO.Path]::Combine($folder, 'restores')
    if ([IO.Directory]::Exists($restores)) {
        foreach ($path in [IO.Directory]::GetFiles($restores, '*.json')) {
            $restore = Read-Listed $path @('run', 'kind', 'vmId', 'vm')
            if ($null -eq $restore) { $found += New-DamagedItem $path; continue }
            $vmId = [string]$restore.vmId
            if ($vmId -eq '') { $vmId = [guid]::Empty.ToString('D') }
            $found += @{ kind = 'restore'; id = [string]$restore.run; vmId = $vmId; vm = [string]$restore.vm; run = [string]$restore.run }
        }
    }
    $recoveries = [IO.Path]::Combine($folder, 'recoveries')
    if ([IO.Directory]::Exists($recoveries)) {
        foreach ($path in [IO.Directory]::GetFiles($recoveries, '*.json')) {
            $recovery = Read-Listed $path $RecoveryFields
            if ($null -eq $recovery) { $found += New-DamagedItem $path; continue }
            # A VM that runs from the backup storage is in use, and no left-over.
            if ([string]$recovery.phase -eq 'running') { continue }
            $vmId = [string]$recovery.vmId
            if ($vmId -eq '') { $vmId = [guid]::Empty.ToString('D') }
            $found += @{ kind = 'recovery'; id = [string]$recovery.run; vmId = $vmId; vm = [string]$recovery.vm; run = [string]$recovery.by }
        }
    }
    @{ items = $found }
}
