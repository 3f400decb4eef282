# Finishes or removes one thing that residue listed. Request: ledger, kind, id, vmId, jobSeconds, mergeSeconds.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    if ($Wanted.kind -eq 'ledger') { Stop-Operation 'host/ledger-damaged' @{ file = [string]$Wanted.id } }
    $vmId = Get-CheckedGuid $Wanted.vmId
    $ledger = Read-Ledger $Wanted.ledger $vmId
    if ($Wanted.kind -eq 'checkpoint') {
        if (-not (Undo-Checkpoint $Wanted.ledger $vmId $Wanted.jobSeconds)) { Stop-Operation 'host/vm-busy' @{ vm = $vmId } }
        Close-Merge $Wanted.ledger $vmId $Wanted.mergeSeconds
    }
    elseif ($Wanted.kind -eq 'restore') { Undo-Restore $Wanted.ledger ([string]$Wanted.id) }
    elseif ($Wanted.kind -eq 'recovery') { Clear-Recovery $Wanted.ledger ([string]$Wanted.id) }
    elseif ($Wanted.kind -eq 'shadow') { Undo-Shadow $Wanted.ledger $vmId }
    elseif ($Wanted.kind -eq 'merge') {
        if ($null -eq $ledger.open -or $ledger.open.kind -ne 'merge') { return @{ } }
        # The merge goes on by itself; where the checkpoint had become a reference point, the older ones can go.
        Wait-Merge $vmId $Wanted.mergeSeconds
        $mine = @($ledger.points | Where-Object { $null -ne $_ -and [string]$_.id -eq [string]$ledger.open.reference })[0]
        if ($null -ne $mine) { Remove-Superseded $Wanted.ledger $vmId $mine $Wanted.jobSeconds }
        Close-Merge $Wanted.ledger $vmId $Wanted.mergeSeconds
    }
    elseif ($Wanted.kind -eq 'reference-point') {
        $known = @($ledger.points | Where-Object { $null -ne $_ -and [string]$_.id -eq $Wanted.id })
        if ($known.Count -eq 0) { return @{ } }
        $system = Get-VirtualizationInstance 'Msvm_ComputerSystem' "Name='$vmId'"
        if ($null -ne $system) { Remove-ReferencePoint $system $Wanted.id $Wanted.jobSeconds }
        Remove-PointNotes $Wanted.ledger $vmId @([string]$Wanted.id)
    }
    else { Stop-Operation 'input/invalid' @{ kind = [string]$Wanted.kind } }
    @{ }
}
