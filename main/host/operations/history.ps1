# Events of the last days that bear on backups, and the Hyper-V writer's state. Request: days, writers (bool).
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $since = [datetime]::Now.AddDays(-[int]$Wanted.days)
    $found = @()
    foreach ($source in @(
            @{ log = 'Microsoft-Windows-Hyper-V-VMMS-Admin'; ids = @(10103, 10111, 12240, 15268, 16300, 18012, 18014, 19090, 19100) },
            @{ log = 'Microsoft-Windows-Hyper-V-Worker-Admin'; ids = @(3216, 3280) },
            @{ log = 'Microsoft-Windows-VHDMP-Operational'; ids = @(8, 9, 10) },
            @{ log = 'Application'; provider = 'VSS'; ids = @(8193, 12289, 12293) })) {
        $filter = @{ LogName = $source.log; Id = $source.ids; StartTime = $since }
        if ($source.ContainsKey('provider')) { $filter.ProviderName = $source.provider }
        # A log without such an event is an error to Get-WinEvent, and fine with us.
        $events = @(Get-WinEvent -FilterHashtable $filter -MaxEvents 200 -ErrorAction SilentlyContinue)
        foreach ($one in $events) { $found += @{ log = $source.log; id = [int]$one.Id; at = (Get-Utc $one.TimeCreated); text = [string]$one.Message } }
    }
    $state = $null
    if ($Wanted.writers) { $state = Get-HyperVWriterState }
    @{ events = $found; writerState = $state }
}
