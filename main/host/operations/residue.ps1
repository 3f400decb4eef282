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
    @{ items = $found }
}
