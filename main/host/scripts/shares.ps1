# Shares of other computers, as they are met from this one. ASCII only, Windows PowerShell 5.1 and 7.

# Win32 codes: from the commands of SmbShare in the error id ("Windows System Error 53"), from .NET as HRESULT 0x8007xxxx.
$ShareFailures = @{
    5 = 'host/share-denied'; 65 = 'host/share-denied'
    53 = 'host/share-unreachable'; 64 = 'host/share-unreachable'; 51 = 'host/share-unreachable'; 121 = 'host/share-unreachable'; 1231 = 'host/share-unreachable'
    3 = 'host/share-missing'; 67 = 'host/share-missing'
    86 = 'host/share-credentials'; 1326 = 'host/share-credentials'; 1331 = 'host/share-credentials'; 1909 = 'host/share-credentials'
    1219 = 'host/share-conflict'
}

function Stop-Share([string]$Share, $Failure) {
    $number = $null
    if ([string]$Failure.errorId -match 'System Error (\d+)') { $number = [int]$Matches[1] }
    elseif (([int64]$Failure.hresult -band 0xFFFF0000L) -eq 0x80070000L) { $number = [int]([int64]$Failure.hresult -band 0xFFFFL) }
    $code = 'host/share-failed'
    if ($null -ne $number -and $ShareFailures.ContainsKey($number)) { $code = $ShareFailures[$number] }
    $computer = $Share.TrimStart('\').Split('\')[0]
    Stop-Operation $code @{ share = $Share; host = $computer; win32 = $number; errorId = [string]$Failure.errorId; says = [string]$Failure.message }
}
