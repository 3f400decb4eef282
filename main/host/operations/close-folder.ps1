# Makes a folder that only SYSTEM and Administrators, and readers that are named, can open; what lies in it inherits that.
# Request: folder, readers (names of accounts).
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $folder = [string]$Wanted.folder
    $null = [IO.Directory]::CreateDirectory($folder)
    Close-Folder $folder $Wanted.readers
    @{ }
}
