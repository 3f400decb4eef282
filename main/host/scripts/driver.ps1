# Runs operations for the console: requests as JSON lines on stdin, answers as JSON lines on stdout.
# First line: { scripts, poll, connection: null | { address, useSsl, port, user, password } }, then { id, operation, request } and { cancel: id }.
# Answers: { id, event }, { id, log }, { id, result }, { id, crashed }, { id, broken }, { id, cancelled }, { id, unconnected }, { ready }.
# Operations run in a runspace of their own, here or on the host, so that a cancel stops them there, `finally` blocks included.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$utf8 = [Text.UTF8Encoding]::new($false)
$reader = [IO.StreamReader]::new([Console]::OpenStandardInput(), $utf8)
$writer = [IO.StreamWriter]::new([Console]::OpenStandardOutput(), $utf8)
$writer.NewLine = "`n"
$writer.AutoFlush = $true
$runspace = $null

function Write-Answer([string]$Id, [string]$Kind, [string]$Json) {
    $writer.WriteLine('{"id":' + $Id + ',"' + $Kind + '":' + $Json + '}')
}

function ConvertTo-Line($Value) {
    ConvertTo-Json -InputObject $Value -Depth 6 -Compress
}

function Get-Failure($ErrorRecord) {
    $inner = $ErrorRecord.Exception
    while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
    $number = $inner.HResult
    # PSRemotingTransportException says in ErrorCode what WinRM said.
    foreach ($name in @('ErrorCode', 'NativeErrorCode')) {
        if ($null -ne $inner.PSObject.Properties[$name]) { $number = [int64]$inner.$name }
    }
    @{
        number = [int64]$number
        errorId = [string]$ErrorRecord.FullyQualifiedErrorId
        category = [string]$ErrorRecord.CategoryInfo.Category
        message = [string]$inner.Message
        at = [string]$ErrorRecord.ScriptStackTrace
    }
}

# The runspace that operations run in, with the prelude loaded; made anew when the old one broke.
function Get-OperationRunspace {
    if ($null -ne $script:runspace -and [string]$script:runspace.RunspaceStateInfo.State -eq 'Opened') { return $script:runspace }
    if ($null -eq $connection) {
        $opened = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
        $opened.Open()
    }
    else {
        $session = @{ ComputerName = $connection.address; SessionOption = (New-PSSessionOption -OpenTimeout 30000) }
        if ($connection.useSsl) { $session.UseSSL = $true }
        if ($null -ne $connection.port) { $session.Port = [int]$connection.port }
        if ($null -ne $connection.user) {
            $secret = [Security.SecureString]::new()
            foreach ($char in $connection.password.ToCharArray()) { $secret.AppendChar($char) }
            $session.Credential = [pscredential]::new($connection.user, $secret)
        }
        $opened = (New-PSSession @session).Runspace
    }
    $shell = [powershell]::Create()
    $shell.Runspace = $opened
    foreach ($library in @('prelude.ps1', 'ledger.ps1', 'virtualization.ps1', 'checkpoint.ps1', 'frozen-disks.ps1', 'diskshadow.ps1', 'host-vss.ps1', 'restore.ps1', 'restore-vm.ps1', 'initiator.ps1', 'recovery.ps1', 'tasks.ps1', 'guest-probe.ps1', 'guest-files.ps1', 'shares.ps1', 'secrets.ps1')) {
        $null = $shell.AddScript([IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, $library)), $false).Invoke()
        $shell.Commands.Clear()
    }
    $null = $shell.AddScript('param([int]$Milliseconds) $PollMilliseconds = $Milliseconds', $false).AddParameter('Milliseconds', $poll).Invoke()
    $shell.Dispose()
    $script:runspace = $opened
    $opened
}

function Send-Streams($Shell, [string]$Id) {
    foreach ($entry in $Shell.Streams.Information.ReadAll()) { Write-Answer $Id 'event' ([string]$entry.MessageData) }
    foreach ($entry in $Shell.Streams.Warning.ReadAll()) { Write-Answer $Id 'log' (ConvertTo-Line ([string]$entry.Message)) }
}

function Invoke-OperationScript($Message) {
    $id = [string][int64]$Message.id
    if ($Message.operation -notmatch '^[a-z]+(-[a-z]+)*\z') { throw 'not an operation name' }
    $shell = [powershell]::Create()
    $cancelled = $false
    try {
        try { $shell.Runspace = Get-OperationRunspace }
        catch { Write-Answer $id 'unconnected' (ConvertTo-Line (Get-Failure $_)); return }
        $text = [IO.File]::ReadAllText([IO.Path]::Combine($scripts, $Message.operation + '.ps1'))
        $null = $shell.AddScript($text).AddParameter('Request', [string]$Message.request)
        $none = [Management.Automation.PSDataCollection[psobject]]::new()
        $none.Complete()
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke($none, $output)
        while (-not $running.IsCompleted) {
            $null = [Threading.WaitHandle]::WaitAny(@($running.AsyncWaitHandle, ([IAsyncResult]$script:line).AsyncWaitHandle), 100)
            Send-Streams $shell $id
            while ($script:line.IsCompleted) {
                # The console has gone: what runs is stopped, so that nothing goes on without anyone who waits for it.
                if ($null -eq $script:line.Result) { $shell.Stop(); return }
                $next = ConvertFrom-Json $script:line.Result
                $script:line = $reader.ReadLineAsync()
                if ($null -ne $next.PSObject.Properties['cancel'] -and [string][int64]$next.cancel -eq $id) { $cancelled = $true; $shell.Stop() }
            }
        }
        try { $null = $shell.EndInvoke($running) }
        catch {
            if (-not $cancelled) {
                Send-Streams $shell $id
                $kind = 'crashed'
                if ([string]$shell.Runspace.RunspaceStateInfo.State -ne 'Opened') { $kind = 'broken' }
                Write-Answer $id $kind (ConvertTo-Line (Get-Failure $_))
                return
            }
        }
        Send-Streams $shell $id
        $result = @($output.ReadAll())
        if ($cancelled) { Write-Answer $id 'cancelled' 'true' }
        elseif ($result.Count -eq 1) { Write-Answer $id 'result' ([string]$result[0]) }
        else { Write-Answer $id 'crashed' (ConvertTo-Line @{ message = "the operation gave $($result.Count) results"; number = 0; errorId = ''; category = ''; at = '' }) }
    }
    finally { $shell.Dispose() }
}

$hello = ConvertFrom-Json $reader.ReadLine()
$scripts = $hello.scripts
$connection = $hello.connection
$poll = [int]$hello.poll
$writer.WriteLine('{"ready":' + (ConvertTo-Line ([string]$PSVersionTable.PSVersion)) + '}')
$line = $reader.ReadLineAsync()
while ($true) {
    $text = $line.GetAwaiter().GetResult()
    if ($null -eq $text) { break }
    $line = $reader.ReadLineAsync()
    $message = ConvertFrom-Json $text
    # A cancel that comes after its operation has ended has nothing to stop.
    if ($null -eq $message.PSObject.Properties['operation']) { continue }
    Invoke-OperationScript $message
}
if ($null -ne $runspace) { $runspace.Dispose() }
exit 0
