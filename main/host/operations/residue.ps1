# What we have on the host and have not finished, by the ledger, and our reference points. Request: ledger.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $folder = Get-LedgerFolder $Wanted.ledger
    $found = @()
    if ([IO.Directory]::Exists($folder)) {
        foreach ($path in [IO.Directory]::GetFiles($folder, '*.json')) {
            $ledger = ConvertFrom-Json ([IO.File]::ReadAllText($path))
            if ($null -ne $ledger.open) {
                $found += @{ kind = [string]$ledger.open.kind; id = [string]$ledger.vmId; vmId = [string]$ledger.vmId; vm = [string]$ledger.vm; run = [string]$ledger.open.run }
            }
            foreach ($point in @($ledger.points)) {
                if ($null -eq $point) { continue }
                $found += @{ kind = 'reference-point'; id = [string]$point.id; vmId = [string]$ledger.vmId; vm = [string]$ledger.vm; run = [string]$point.run }
            }
        }
    }
    $restores = [IO.Path]::Combine($folder, 'restores')
    if ([IO.Directory]::Exists($restores)) {
        foreach ($path in [IO.Directory]::GetFiles($restores, '*.json')) {
            $restore = ConvertFrom-Json ([IO.File]::ReadAllText($path))
            $vmId = [string]$restore.vmId
            if ($vmId -eq '') { $vmId = [guid]::Empty.ToString('D') }
            $found += @{ kind = 'restore'; id = [string]$restore.run; vmId = $vmId; vm = [string]$restore.vm; run = [string]$restore.run }
        }
    }
    @{ items = $found }
}
