# Opens a share of a host for this logon, as another account where one was given, and lists its root: what reading disks over it needs.
# Runs on the console's own computer. Request: share (\\host\D$), user (or null), password. Gives whether the connection is ours to end.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $share = [string]$Wanted.share
    $made = $false
    if ($null -ne $Wanted.user -and @(Get-SmbMapping -RemotePath $share -ErrorAction SilentlyContinue).Count -eq 0) {
        # Without a drive letter, and not kept: it is this logon's, and ends with leave-share.
        try { $null = New-SmbMapping -RemotePath $share -UserName ([string]$Wanted.user) -Password ([string]$Wanted.password) -Persistent $false -ErrorAction Stop }
        catch { Stop-Share $share (Get-OperationFailure $_) }
        $made = $true
    }
    try { $null = @([IO.Directory]::GetFileSystemEntries($share)) }
    catch {
        $failure = Get-OperationFailure $_
        if ($made) { Remove-SmbMapping -RemotePath $share -Force -ErrorAction SilentlyContinue }
        Stop-Share $share $failure
    }
    @{ made = $made }
}
