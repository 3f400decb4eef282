# PowerShell Direct. The real parameters belong to Invoke-Command of the engine; this module brings them, since no VMBus is here.
# The block really runs, in a runspace of its own with the commands of the simulated guest.

function Invoke-Command {
    [CmdletBinding()]
    param(
        [Parameter(ParameterSetName = 'VMId', Mandatory)][guid[]]$VMId,
        [Parameter(ParameterSetName = 'VMId', Mandatory)][pscredential]$Credential,
        [Parameter(ParameterSetName = 'Session', Mandatory)]$Session,
        [Parameter(Mandatory)][scriptblock]$ScriptBlock,
        [object[]]$ArgumentList
    )
    if ($null -ne $Session) {
        Use-Session $Session ''
        $guest = $Session.Guest
    }
    else {
        $plain = $Credential.GetNetworkCredential().Password
        $guest = @(Invoke-Simulation 'Invoke-Guest' @{ VMId = $VMId[0].ToString('D'); User = $Credential.UserName; Password = $plain } $PSCmdlet)[0]
    }
    if ($null -eq $guest) { return }
    $shell = [powershell]::Create()
    $shell.Runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
    $shell.Runspace.Open()
    try {
        $null = $shell.AddScript($GuestCommands).AddParameter('Guest', $guest).Invoke()
        $shell.Commands.Clear()
        $block = $ScriptBlock.ToString()
        # What Windows does when it fails to replace a file cannot be had of the system this runs on.
        if ($guest.replaces -ne '') { $block = $block.Replace('[IO.File]::Replace(', 'Move-OverGuestFile(') }
        $null = $shell.AddScript($block)
        foreach ($argument in @($ArgumentList)) { if ($null -ne $argument) { $null = $shell.AddArgument($argument) } }
        $shell.Invoke()
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# A session whose blocks run one by one as above, and whose files lie where the guest of the simulation keeps them.
function New-PSSession {
    [CmdletBinding()]
    param([Parameter(Mandatory)][guid[]]$VMId, [Parameter(Mandatory)][pscredential]$Credential)
    $plain = $Credential.GetNetworkCredential().Password
    $guest = @(Invoke-Simulation 'Invoke-Guest' @{ VMId = $VMId[0].ToString('D'); User = $Credential.UserName; Password = $plain } $PSCmdlet)[0]
    if ($null -eq $guest) { return }
    [pscustomobject]@{ InstanceId = $VMId[0].ToString('D'); Guest = $guest; State = 'Opened' }
}

function Use-Session($Session, [string]$File) {
    if (@(Invoke-Simulation 'Use-GuestSession' @{ Id = $Session.InstanceId; File = $File } $null)[0].Open) { return }
    $Session.State = 'Broken'
    throw [Exception]::new('Die Sitzung ist nicht mehr offen')
}

function Remove-PSSession { [CmdletBinding()] param([Parameter(Mandatory)]$Session) $Session.Guest = $null }

# Files into a session; every other copy is the engine's own.
function Copy-Item {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$LiteralPath, [Parameter(Mandatory)][string]$Destination, [Parameter(Mandatory)]$ToSession)
    Use-Session $ToSession $LiteralPath
    if ($ToSession.Guest.refuses -ne '' -and $Destination.EndsWith($ToSession.Guest.refuses)) { throw [IO.IOException]::new('Der Datentraeger ist voll') }
    [IO.File]::Copy($LiteralPath, $Destination, $true)
}

function Copy-VMFile {
    [CmdletBinding()]
    param([Parameter(Mandatory)]$VM, [Parameter(Mandatory)][string]$SourcePath, [Parameter(Mandatory)][string]$DestinationPath, [ValidateSet('Host')][Parameter(Mandatory)][string]$FileSource, [switch]$CreateFullPath, [switch]$Force)
    $null = Invoke-Simulation 'Copy-VMFile' @{ Id = [string]$VM.Id } $PSCmdlet
    if ([IO.File]::Exists($DestinationPath) -and -not $Force) { throw [IO.IOException]::new('Die Datei ist vorhanden. (0x80070050)') }
    if ($CreateFullPath) { $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($DestinationPath)) }
    [IO.File]::Copy($SourcePath, $DestinationPath, $true)
}

$GuestCommands = @'
param($Guest)
$global:guest = $Guest
# The guest has PowerShell's own ConvertTo-Json, not the simulation's.
Import-Module HostkeepTestCmdlets -ErrorAction SilentlyContinue
function global:vssadmin.exe {
    if (($args -join ' ') -ne 'list writers') { throw 'usage' }
    foreach ($one in @($global:guest.writers)) {
        "Verfassername: `"$($one.name)`""
        "   Verfasserkennung: {$($one.id)}"
        '   Verfasserinstanzkennung: {11111111-2222-3333-4444-555555555555}'
        "   Status: [$($one.state)] Stabil"
        '   Letzter Fehler: Kein Fehler'
        ''
    }
}
function global:Get-Service {
    [CmdletBinding()]
    param([string[]]$Name)
    foreach ($one in @($global:guest.services)) {
        foreach ($pattern in $Name) { if ($null -ne $one -and $one.Name -like $pattern) { $one } }
    }
}
function global:New-Object {
    [CmdletBinding()]
    param([string]$TypeName, [object[]]$ArgumentList)
    if ($TypeName -eq 'System.Data.DataTable') { return , [System.Data.DataTable]::new() }
    if ($TypeName -ne 'System.Data.SqlClient.SqlDataAdapter') { throw "the guest has no $TypeName" }
    $server = ([regex]::Match([string]$ArgumentList[1], 'Server=([^;]+);')).Groups[1].Value
    $sql = @($global:guest.sql | Where-Object { $_.server -eq $server })[0]
    $adapter = [pscustomobject]@{ Query = [string]$ArgumentList[0]; Sql = $sql }
    $adapter | Add-Member -MemberType ScriptMethod -Name Fill -Value {
        param($Table)
        if ($this.Sql.denied) { throw [Exception]::new('denied') }
        $rows = @($this.Sql.databases)
        if ($this.Query -match 'backupset') { $rows = @($this.Sql.backups) }
        foreach ($row in $rows) {
            if ($null -eq $row) { continue }
            foreach ($property in $row.PSObject.Properties) { if (-not $Table.Columns.Contains($property.Name)) { $null = $Table.Columns.Add($property.Name, [object]) } }
            $line = $Table.NewRow()
            foreach ($property in $row.PSObject.Properties) { $line[$property.Name] = $property.Value }
            $Table.Rows.Add($line)
        }
        $rows.Count
    }
    $adapter
}
# Rights and streams of Windows: a file beside the file, for whoever looks at the guest's disk.
function global:Get-Acl {
    [CmdletBinding()]
    param([string]$LiteralPath)
    if ($global:guest.noRights) { throw [UnauthorizedAccessException]::new('Zugriff verweigert') }
    $acl = [pscustomobject]@{ Sddl = ''; Sections = 'All' }
    $acl | Add-Member -MemberType ScriptMethod -Name SetSecurityDescriptorSddlForm -Value { param($Sddl, $Sections) $this.Sddl = $Sddl; if ($null -ne $Sections) { $this.Sections = [string]$Sections } }
    $acl
}
function global:Set-Acl {
    [CmdletBinding()]
    param([string]$LiteralPath, $AclObject)
    if ($AclObject.Sections -eq 'All' -and $global:guest.noOwner) { throw [InvalidOperationException]::new('Diese Sicherheits-ID darf nicht als Besitzer zugewiesen werden') }
    [IO.File]::WriteAllText($LiteralPath + '.rights', $AclObject.Sections + ' ' + $AclObject.Sddl)
    # Who may not delete a file may neither rename it nor give it the place of another; the rights that it had allow both again.
    if (-not $global:guest.strict -or -not $LiteralPath.EndsWith('.partial')) { return }
    if ($AclObject.Sddl -eq '') { [IO.File]::Move($LiteralPath + '.sealed', $LiteralPath) }
    else { [IO.File]::Move($LiteralPath, $LiteralPath + '.sealed') }
}
function global:Move-OverGuestFile {
    param([object[]]$Paths)
    if ($global:guest.replaces -eq 'loses') { [IO.File]::Delete($Paths[1]) }
    throw [IO.IOException]::new('Die Datei wird von einem anderen Prozess verwendet')
}
function global:Set-Content {
    [CmdletBinding()]
    param([string]$LiteralPath, [string]$Stream, [byte[]]$Value, [switch]$AsByteStream, [string]$Encoding)
    if (-not $AsByteStream -and $Encoding -ne 'Byte') { throw 'bytes are wanted' }
    [IO.File]::WriteAllBytes($LiteralPath + ':' + $Stream, $Value)
}
function global:Add-PSSnapin { [CmdletBinding()] param([string]$Name) if ($null -eq $global:guest.exchange) { throw 'No snap-ins have been registered' } }
function global:Get-MailboxDatabase { [CmdletBinding()] param([switch]$Status) @($global:guest.exchange) }
'@
