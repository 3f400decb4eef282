# What a Windows guest tells of its writers and of the backups that SQL Server and Exchange remember. Reads metadata only.
# ASCII only; the guest may have any PowerShell from 4 on. The block travels to the guest through PowerShell Direct and gives one JSON text.
$GuestProbe = {
    $ErrorActionPreference = 'Stop'
    $ProgressPreference = 'SilentlyContinue'
    function Get-Utc($Time) { if ($null -eq $Time -or $Time -is [DBNull]) { $null } else { ([datetime]$Time).ToUniversalTime().ToString('o', [Globalization.CultureInfo]::InvariantCulture) } }

    # Words are localised; a name in quotes, two GUIDs and a number in brackets are not.
    $writers = @()
    $writer = $null
    foreach ($line in @(& 'vssadmin.exe' list writers)) {
        if ($line -match '\{([0-9A-Fa-f-]{36})\}') {
            if ($null -ne $writer -and $writer.id -eq '') { $writer.id = $Matches[1].ToLowerInvariant() }
        }
        elseif ($line -match '["'']([^"'']+)["'']\s*\z') {
            $writer = @{ name = $Matches[1]; id = ''; state = 0 }
            $writers += $writer
        }
        elseif ($null -ne $writer -and $line -match '\[(\d+)\]') { $writer.state = [int]$Matches[1] }
    }

    function Read-Sql([string]$Server, [string]$Query) {
        $table = New-Object -TypeName System.Data.DataTable
        $adapter = New-Object -TypeName System.Data.SqlClient.SqlDataAdapter -ArgumentList $Query, ('Server=' + $Server + ';Database=msdb;Integrated Security=true;Connect Timeout=10;Application Name=Hostkeep')
        $null = $adapter.Fill($table)
        , $table
    }
    $instances = @(foreach ($service in @(Get-Service -Name 'MSSQLSERVER', 'MSSQL$*' -ErrorAction SilentlyContinue)) {
            $name = [string]$service.Name
            $server = '.'
            if ($name -like 'MSSQL$*') { $server = '.\' + $name.Substring(6) }
            $found = @{ name = $name; running = ([string]$service.Status -eq 'Running'); readable = $false; errorNumber = 0; databases = @(); backups = @() }
            if ($found.running) {
                try {
                    $found.databases = @(foreach ($row in (Read-Sql $server 'SELECT name, recovery_model, log_reuse_wait FROM sys.databases WHERE database_id > 4 AND state = 0').Rows) {
                            @{ name = [string]$row['name']; model = [int]$row['recovery_model']; reuseWait = [int]$row['log_reuse_wait'] }
                        })
                    # The last of each kind within two weeks, and who made it.
                    $found.backups = @(foreach ($row in (Read-Sql $server ('SELECT b.database_name, b.type, b.is_snapshot, b.is_copy_only, m.software_name, b.user_name, MAX(b.backup_finish_date) AS finished, COUNT(*) AS times ' +
                                    'FROM dbo.backupset b JOIN dbo.backupmediaset m ON m.media_set_id = b.media_set_id WHERE b.backup_finish_date > DATEADD(day, -14, GETDATE()) ' +
                                    'GROUP BY b.database_name, b.type, b.is_snapshot, b.is_copy_only, m.software_name, b.user_name')).Rows) {
                            @{
                                database = [string]$row['database_name']; type = [string]$row['type']; snapshot = [bool]$row['is_snapshot']; copyOnly = [bool]$row['is_copy_only']
                                software = [string]$row['software_name']; user = [string]$row['user_name']; finishedAt = (Get-Utc $row['finished']); times = [int]$row['times']
                            }
                        })
                    $found.readable = $true
                }
                catch {
                    $inner = $_.Exception
                    while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
                    $found.errorNumber = [int]$(if ($null -ne $inner.PSObject.Properties['Number']) { $inner.Number } else { $inner.HResult })
                }
            }
            $found
        })

    $exchange = $null
    if (@(Get-Service -Name 'MSExchangeIS' -ErrorAction SilentlyContinue).Count -gt 0) {
        $exchange = @{ readable = $false; databases = @() }
        try {
            Add-PSSnapin -Name Microsoft.Exchange.Management.PowerShell.SnapIn
            $exchange.databases = @(foreach ($one in @(Get-MailboxDatabase -Status)) {
                    @{ name = [string]$one.Name; lastFull = (Get-Utc $one.LastFullBackup); lastIncremental = (Get-Utc $one.LastIncrementalBackup); lastCopy = (Get-Utc $one.LastCopyBackup); circular = [bool]$one.CircularLoggingEnabled }
                })
            $exchange.readable = $true
        }
        catch { $exchange.readable = $false }
    }
    ConvertTo-Json -InputObject @{ writers = @($writers); sql = @($instances); exchange = $exchange } -Depth 6 -Compress
}
