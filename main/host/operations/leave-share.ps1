# Ends a connection that reach-share has made. Runs on the console's own computer. Request: share.
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    Remove-SmbMapping -RemotePath ([string]$Wanted.share) -Force -ErrorAction SilentlyContinue
    @{ }
}
