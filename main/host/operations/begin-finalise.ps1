# Room and names for the local disks of a recovered VM, which runs on meanwhile. Request: run, by, ledger, bytes, disks: [{ index, name }].
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $recovery = Get-Recovery $Wanted.ledger $Wanted.run
    if ([string]$recovery.phase -ne 'running') { Stop-Operation 'host/recovery-busy' @{ vm = [string]$recovery.vm; phase = [string]$recovery.phase } }
    if ($null -eq (Get-RecoveredVm $recovery)) { Stop-Operation 'host/vm-not-found' @{ vm = [string]$recovery.vm } }
    Send-Step 'place' 'host' 'Hyper-V' 'started' ''
    $disks = [IO.Path]::Combine([string]$recovery.folder, 'Virtual Hard Disks')
    Assert-Space $disks ([int64]$Wanted.bytes)
    $files = @(foreach ($disk in @($Wanted.disks)) {
            $unit = @($recovery.disks | Where-Object { $null -ne $_ -and [int]$_.disk -eq [int]$disk.index })[0]
            if ($null -eq $unit) { Stop-Operation 'host/disk-not-found' @{ vm = [string]$recovery.vm; disk = [int]$disk.index } }
            [pscustomobject]@{ index = [int]$disk.index; path = [IO.Path]::Combine($disks, [string]$disk.name); controller = [string]$unit.controller; number = [int]$unit.number; location = [int]$unit.location }
        })
    $recovery.files = $files
    Set-RecoveryPhase $Wanted.ledger $recovery 'finalising' ([string]$Wanted.by)
    $null = [IO.Directory]::CreateDirectory($disks)
    Send-Step 'place' 'host' 'Hyper-V' 'done' $disks
    @{ files = @($files | ForEach-Object { @{ index = $_.index; path = $_.path } }) }
}
