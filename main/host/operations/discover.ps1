# Host facts and every VM in one round trip; with vmId, only that VM. Request: vmId (or null), names (whether a single VM's namesakes count).
param([string]$Request)
Invoke-Operation $Request {
    param($Wanted)
    $system = Get-CimInstance -ClassName Win32_OperatingSystem
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem
    # Integrity high or system: the same in every language, locally and over remoting.
    $groups = @(& (Get-SystemTool 'whoami.exe') /groups /fo csv /nh) -join ' '
    # Services tell what a computer is for, in every language and at once; the lists of features take seconds.
    $services = @(Get-CimInstance -ClassName Win32_Service -Filter "Name='vmms' OR Name='ClusSvc' OR Name='NTDS'")
    $service = @($services | Where-Object { [string]$_.Name -eq 'vmms' })[0]
    $facts = @{
        name = [string]$computer.Name
        caption = [string]$system.Caption
        version = [string]$system.Version
        productType = [int]$system.ProductType
        elevated = ($groups -match 'S-1-16-(12288|16384)')
        hyperV = ($null -ne (Get-Command -Name 'Hyper-V\Get-VM' -ErrorAction SilentlyContinue))
        managementRuns = ($null -ne $service -and [bool]$service.Started)
        roles = @($services | ForEach-Object { [string]$_.Name })
        guestBackupType = $false
        changeTracking = $false
        volumes = @()
    }
    $facts.volumes = @(Get-CimInstance -ClassName Win32_Volume | Where-Object { $null -ne $_.Name -and [int]$_.DriveType -eq 3 } | ForEach-Object {
            @{ name = [string]$_.Name; freeBytes = [int64]$_.FreeSpace; sizeBytes = [int64]$_.Capacity }
        })
    if (-not $facts.hyperV -or -not $facts.managementRuns) { return @{ host = $facts; vms = @() } }
    $settings = Get-CimClass -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemSnapshotSettingData -ErrorAction SilentlyContinue
    $points = Get-CimClass -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemReferencePoint -ErrorAction SilentlyContinue
    $facts.changeTracking = ($null -ne $settings -and $null -ne $points)
    $facts.guestBackupType = ($null -ne $settings -and @($settings.CimClassProperties.Name) -contains 'GuestBackupType')

    $filter = ''
    if ($null -eq $Wanted.vmId) { $machines = @(Hyper-V\Get-VM) }
    else {
        $only = Get-CheckedGuid $Wanted.vmId
        $filter = "SystemName='$only'"
        $machines = @(Hyper-V\Get-VM -Id $only -ErrorAction SilentlyContinue)
    }

    # VMs may have one name. Of a single VM the others are asked for their names alone.
    $sameName = @{}
    $known = @($machines | ForEach-Object { [string]$_.Name })
    if ($null -ne $Wanted.vmId -and [bool](Get-Field $Wanted 'names')) {
        $named = Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_ComputerSystem -Property Name, ElementName
        $guid = [guid]::Empty
        # The host is one of them, and its Name is no GUID.
        $known = @($named | Where-Object { [guid]::TryParse([string]$_.Name, [ref]$guid) } | ForEach-Object { [string]$_.ElementName })
    }
    foreach ($name in $known) { $sameName[$name] = 1 + [int]$sameName[$name] }

    # Key-value pairs that the guests tell of themselves, all in one query.
    $told = @{}
    foreach ($component in @(Get-VirtualizationInstance 'Msvm_KvpExchangeComponent' $filter)) {
        $pairs = @{}
        foreach ($item in @($component.GuestIntrinsicExchangeItems)) {
            if ($null -eq $item) { continue }
            $document = [xml]$item
            $name = $document.SelectSingleNode("/INSTANCE/PROPERTY[@NAME='Name']/VALUE")
            $data = $document.SelectSingleNode("/INSTANCE/PROPERTY[@NAME='Data']/VALUE")
            if ($null -ne $name -and $null -ne $data) { $pairs[$name.InnerText] = $data.InnerText }
        }
        $told[([string]$component.SystemName).ToUpperInvariant()] = $pairs
    }

    $snapshots = @{}
    foreach ($snapshot in @($machines | Hyper-V\Get-VMSnapshot)) {
        $key = ([guid]$snapshot.VMId).ToString('D').ToUpperInvariant()
        if (-not $snapshots.ContainsKey($key)) { $snapshots[$key] = @() }
        $snapshots[$key] += @{ id = ([guid]$snapshot.Id).ToString('D'); type = $snapshot.SnapshotType.ToString() }
    }

    $vms = @(foreach ($vm in $machines) {
            $key = ([guid]$vm.Id).ToString('D').ToUpperInvariant()
            $found = @()
            if ($snapshots.ContainsKey($key)) { $found = $snapshots[$key] }
            $pairs = @{}
            if ($told.ContainsKey($key)) { $pairs = $told[$key] }
            $services = @(foreach ($service in @($vm.VMIntegrationService)) {
                    @{ component = ([string]$service.Id).Split('\')[-1].ToUpperInvariant(); enabled = [bool]$service.Enabled; status = @(foreach ($one in @($service.OperationalStatus)) { [string]$one }) }
                })
            $disks = @(foreach ($drive in @($vm.HardDrives)) {
                    $disk = @{
                        controller = $drive.ControllerType.ToString(); number = [int]$drive.ControllerNumber; location = [int]$drive.ControllerLocation
                        path = [string]$drive.Path; passThrough = ($null -ne $drive.DiskNumber); shared = [bool]$drive.SupportPersistentReservations
                        format = ''; type = ''; sizeBytes = 0; fileBytes = 0; parents = @(); broken = $null
                    }
                    if (-not $disk.passThrough -and $disk.path -ne '') {
                        try {
                            $image = Hyper-V\Get-VHD -Path $disk.path
                            $disk.format = $image.VhdFormat.ToString()
                            $disk.type = $image.VhdType.ToString()
                            $disk.sizeBytes = [int64]$image.Size
                            $disk.fileBytes = [int64]$image.FileSize
                            $disk.parents = @(Get-DiskParents $disk.path)
                        }
                        catch { $disk.broken = [string]$_.Exception.Message }
                    }
                    $disk
                })
            @{
                id = ([guid]$vm.Id).ToString('D')
                name = [string]$vm.Name
                namesakes = [Math]::Max(0, [int]$sameName[[string]$vm.Name] - 1)
                state = $vm.State.ToString()
                status = @(foreach ($one in @($vm.OperationalStatus)) { $one.ToString() })
                generation = [int]$vm.Generation
                version = [string]$vm.Version
                heartbeat = [string]$vm.Heartbeat
                replication = $vm.ReplicationState.ToString()
                clustered = [bool]$vm.IsClustered
                memoryBytes = [int64]$vm.MemoryStartup
                processors = [int]$vm.ProcessorCount
                networks = @(foreach ($adapter in @($vm.NetworkAdapters)) { @{ name = [string]$adapter.Name; switch = [string]$adapter.SwitchName } })
                services = $services
                guest = @{ osName = [string]$pairs['OSName']; platform = [string]$pairs['OSPlatformId']; product = [string]$pairs['ProductType'] }
                checkpoints = @($found)
                disks = $disks
            }
        })
    @{ host = $facts; vms = $vms }
}
