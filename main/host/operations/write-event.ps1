# An entry in the Application log. Request: source, level (Information, Warning, Error), id, text.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $entry = @{ LogName = 'Application'; Source = [string]$Wanted.source; EntryType = [string]$Wanted.level; EventId = [int]$Wanted.id; Message = [string]$Wanted.text }
    try { Write-EventLog @entry -ErrorAction Stop }
    catch {
        # The source is not there: the installer makes it, and so may an administrator's first notice. The text of the failure is in the
        # host's language, so that making the source is what tells.
        try {
            New-EventLog -LogName 'Application' -Source ([string]$Wanted.source) -ErrorAction Stop
            Write-EventLog @entry -ErrorAction Stop
        }
        catch { Stop-Operation 'notify/event-log-refused' @{ source = [string]$Wanted.source; says = [string]$_.Exception.Message } }
    }
    @{ }
}
