# The host's iSCSI initiator. ASCII only, Windows PowerShell 5.1 and 7.

# Numbers of iscsierr.h, which the commands of the module have in their error ids ("HRESULT 0xefff0003").
$TargetFailures = @{
    0xEFFF0003L = 'host/target-unreachable'; 0xEFFF003CL = 'host/target-unreachable'
    0xEFFF0002L = 'host/target-refused'; 0xEFFF0009L = 'host/target-refused'; 0xEFFF000AL = 'host/target-refused'
}
$AlreadyLoggedIn = 0xEFFF003FL
$DeviceBusy = 0xEFFF0040L

function Get-InitiatorNumber($Failure) {
    if ([string]$Failure.errorId -match 'HRESULT 0x([0-9A-Fa-f]{8})') { return [Convert]::ToInt64($Matches[1], 16) }
    if ($null -ne $Failure.textCode) { return [int64]$Failure.textCode }
    [int64]$Failure.hresult -band 0xFFFFFFFFL
}

function Stop-Target($Failure, [string]$Address, [int]$Port) {
    $number = Get-InitiatorNumber $Failure
    $code = 'host/target-failed'
    if ($TargetFailures.ContainsKey($number)) { $code = $TargetFailures[$number] }
    elseif ([string]$Failure.category -eq 'PermissionDenied') { $code = 'host/access-denied' }
    Stop-Operation $code @{ address = $Address; port = $Port; hresult = $number; errorId = [string]$Failure.errorId; says = [string]$Failure.message }
}

function Get-InitiatorService { Get-CimInstance -ClassName Win32_Service -Filter "Name='MSiSCSI'" }

# The service is started for as long as it is needed; how it starts with the computer is not ours to change. True where it was we.
function Start-Initiator {
    $service = Get-InitiatorService
    if ($null -eq $service) { Stop-Operation 'host/initiator-missing' @{ service = 'MSiSCSI' } }
    if ([string]$service.State -eq 'Running') { return $false }
    $returned = [int](Invoke-CimMethod -InputObject $service -MethodName StartService).ReturnValue
    if ($returned -eq 14) { Stop-Operation 'host/initiator-disabled' @{ returned = $returned } }
    if ($returned -eq 2) { Stop-Operation 'host/access-denied' @{ service = 'MSiSCSI'; returned = $returned } }
    if ($returned -ne 0 -and $returned -ne 10) { Stop-Operation 'host/initiator-missing' @{ service = 'MSiSCSI'; returned = $returned } }
    $returned -eq 0
}

function Get-InitiatorName {
    $names = @(Get-InitiatorPort -ErrorAction Stop | ForEach-Object { [string]$_.NodeAddress } | Where-Object { $_ -match '^(iqn|eui|naa)\.' })
    if ($names.Count -eq 0) { Stop-Operation 'host/initiator-missing' @{ ports = 0 } }
    $names[0]
}

# Discovery and login. What is connected already is taken as it is: a connection that was cut off in the middle is gone on with.
function Connect-Target($Target) {
    $portal = @{ TargetPortalAddress = [string]$Target.address; TargetPortalPortNumber = [uint16]$Target.port; ErrorAction = 'Stop' }
    $login = @{ }
    if ($null -ne $Target.chap) { $login = @{ AuthenticationType = 'ONEWAYCHAP'; ChapUsername = [string]$Target.chap.user; ChapSecret = [string]$Target.chap.secret } }
    try {
        $null = New-IscsiTargetPortal @portal @login
        $null = Connect-IscsiTarget -NodeAddress ([string]$Target.iqn) -IsPersistent $false -IsMultipathEnabled $false @portal @login
    }
    catch {
        $failure = Get-OperationFailure $_
        if ((Get-InitiatorNumber $failure) -ne $AlreadyLoggedIn) { Stop-Target $failure ([string]$Target.address) ([int]$Target.port) }
    }
}

# The disks of the target's sessions, by serial number: disk numbers change, and two recoveries of one restore point have equal serials.
function Get-TargetDisks([string]$Iqn) {
    $found = @{ }
    $sessions = @(Get-IscsiSession -ErrorAction SilentlyContinue | Where-Object { [string]$_.TargetNodeAddress -eq $Iqn })
    foreach ($session in $sessions) {
        foreach ($disk in @(Get-Disk -IscsiSession $session -ErrorAction SilentlyContinue)) {
            if ($null -ne $disk) { $found[([string]$disk.SerialNumber).Trim()] = $disk }
        }
    }
    $found
}

# Disks come up a moment after the login.
function Wait-TargetDisks([string]$Iqn, $Units, [int]$Seconds) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $found = Get-TargetDisks $Iqn
        $missing = @($Units | Where-Object { -not $found.ContainsKey([string]$_.serial) } | ForEach-Object { [string]$_.serial })
        if ($missing.Count -eq 0) { return $found }
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) { Stop-Operation 'host/target-disks-missing' @{ iqn = $Iqn; serials = $missing; seconds = $Seconds } }
        Start-Sleep -Milliseconds $PollMilliseconds
    }
}

# A disk that a VM is to have is offline on its host, and writable. Offline first: the host must not look for volumes on it.
function Set-DiskForVm($Disk) {
    $number = [uint32]$Disk.Number
    try {
        if (-not [bool]$Disk.IsOffline) { Set-Disk -Number $number -IsOffline $true -ErrorAction Stop }
        if ([bool]$Disk.IsReadOnly) { Set-Disk -Number $number -IsReadOnly $false -ErrorAction Stop }
    }
    catch {
        $failure = Get-OperationFailure $_
        if ([string]$failure.category -eq 'PermissionDenied') { throw }
        Stop-Operation 'host/disk-busy' @{ disk = [int]$number; errorId = [string]$failure.errorId; says = [string]$failure.message }
    }
    $now = Get-Disk -Number $number -ErrorAction Stop
    if (-not [bool]$now.IsOffline) { Stop-Operation 'host/disk-busy' @{ disk = [int]$number } }
}

# Logs out and forgets the portal. What is not there any more is what was wanted.
function Disconnect-Target([string]$Iqn, [string]$Address, [int]$Port) {
    if ($Iqn -eq '') { return }
    for ($attempt = 0; @(Get-IscsiSession -ErrorAction SilentlyContinue | Where-Object { [string]$_.TargetNodeAddress -eq $Iqn }).Count -gt 0; $attempt++) {
        try { Disconnect-IscsiTarget -NodeAddress $Iqn -Confirm:$false -ErrorAction Stop }
        catch {
            $failure = Get-OperationFailure $_
            # A VM that was just turned off lets go of its disks a moment later.
            if ((Get-InitiatorNumber $failure) -ne $DeviceBusy -or $attempt -ge 40) { Stop-Target $failure $Address $Port }
            Start-Sleep -Milliseconds $PollMilliseconds
        }
        if ($attempt -ge 80) { Stop-Operation 'host/target-failed' @{ iqn = $Iqn; says = 'the session does not end' } }
    }
    Remove-TargetPortal $Address $Port
}

function Remove-TargetPortal([string]$Address, [int]$Port) {
    $mine = @(Get-IscsiTargetPortal -ErrorAction SilentlyContinue | Where-Object { [string]$_.TargetPortalAddress -eq $Address -and [int]$_.TargetPortalPortNumber -eq $Port })
    if ($mine.Count -eq 0) { return }
    try { Remove-IscsiTargetPortal -TargetPortalAddress $Address -TargetPortalPortNumber $Port -Confirm:$false -ErrorAction Stop }
    catch { Stop-Target (Get-OperationFailure $_) $Address $Port }
}

# The service goes down again where we had started it and nobody else has come to use it.
function Stop-Initiator([bool]$WasOurs) {
    if (-not $WasOurs) { return }
    if (@(Get-IscsiSession -ErrorAction SilentlyContinue).Count -gt 0 -or @(Get-IscsiTargetPortal -ErrorAction SilentlyContinue).Count -gt 0) { return }
    $service = Get-InitiatorService
    if ($null -ne $service -and [string]$service.State -eq 'Running') { $null = Invoke-CimMethod -InputObject $service -MethodName StopService }
}
