# Tries what the other scripts assume of a host; reads only. No names of VMs or people in the answer. Request: nothing.
param([string]$Request)
Invoke-Operation $Request {
    $items = [Collections.Generic.List[object]]::new()
    # Body gives the text of what was found, or throws; an empty text says that the assumption does not hold.
    function Test-Assumption([string]$Id, [string]$Assumes, [scriptblock]$Body) {
        $found = ''
        $holds = $false
        try {
            $found = [string](& $Body)
            $holds = ($found -ne '')
        }
        catch { $found = 'failed: ' + [string]$_.FullyQualifiedErrorId + ' 0x' + ([int64]$_.Exception.HResult -band 0xFFFFFFFFL).ToString('x8') }
        $items.Add(@{ id = $Id; assumes = $Assumes; holds = $holds; found = $found })
    }
    $namespace = 'root\virtualization\v2'
    $system = Get-CimInstance -ClassName Win32_OperatingSystem

    Test-Assumption 'elevated' 'whoami tells integrity high or system by SID' {
        if (@(& (Get-SystemTool 'whoami.exe') /groups /fo csv /nh) -join ' ' -match 'S-1-16-(12288|16384)') { $Matches[0] }
    }
    Test-Assumption 'service-vmms' 'Win32_Service tells that vmms has started' {
        if ([bool](Get-CimInstance -ClassName Win32_Service -Filter "Name='vmms'").Started) { 'started' }
    }
    $commands = [ordered]@{
        'Get-VM' = @('Id'); 'Get-VHD' = @('Path'); 'Get-VMSnapshot' = @('VM')
        'Import-VM' = @('Path', 'Copy', 'GenerateNewId', 'VirtualMachinePath', 'VhdDestinationPath', 'SnapshotFilePath')
        'New-VM' = @('Name', 'Generation', 'MemoryStartupBytes', 'Path', 'NoVHD'); 'Add-VMHardDiskDrive' = @('VM', 'ControllerType', 'ControllerNumber', 'ControllerLocation', 'Path')
    }
    foreach ($name in @($commands.Keys)) {
        Test-Assumption "command-$name" "Hyper-V\$name has -$(@($commands[$name]) -join ', -')" {
            $command = Get-Command -Name "Hyper-V\$name" -ErrorAction Stop
            $lacks = @(@($commands[$name]) | Where-Object { -not $command.Parameters.ContainsKey($_) })
            if ($lacks.Count -eq 0) { "version $($command.Version)" } else { Stop-Operation ('lacks-' + ($lacks -join '-')) @{ } }
        }
    }
    $classes = [ordered]@{
        'Msvm_VirtualSystemSnapshotService' = @('CreateSnapshot', 'DestroySnapshot', 'ConvertToReferencePoint')
        'Msvm_VirtualSystemReferencePointService' = @('DestroyReferencePoint')
        'Msvm_ImageManagementService' = @('GetVirtualDiskChanges')
    }
    foreach ($name in @($classes.Keys)) {
        Test-Assumption "class-$name" "$name has the methods $(@($classes[$name]) -join ', ')" {
            $methods = @((Get-CimClass -Namespace $namespace -ClassName $name).CimClassMethods.Name)
            $lacks = @(@($classes[$name]) | Where-Object { $methods -notcontains $_ })
            if ($lacks.Count -eq 0) { "$($methods.Count) methods" }
        }
    }
    $properties = [ordered]@{
        'Msvm_VirtualSystemSnapshotSettingData' = @('ConsistencyLevel', 'IgnoreNonSnapshottableDisks', 'GuestBackupType')
        'Msvm_VirtualSystemReferencePoint' = @('ConsistencyLevel', 'ReferencePointType', 'ResilientChangeTrackingIdentifiers', 'VirtualDiskIdentifiers')
    }
    foreach ($name in @($properties.Keys)) {
        Test-Assumption "class-$name" "$name has the properties $(@($properties[$name]) -join ', ')" {
            $there = @((Get-CimClass -Namespace $namespace -ClassName $name).CimClassProperties.Name)
            $lacks = @(@($properties[$name]) | Where-Object { $there -notcontains $_ })
            if ($lacks.Count -eq 0) { "$($there.Count) properties" }
        }
    }
    Test-Assumption 'disk-slots' 'a disk of a VM has an instance id whose end names its controller slot' {
        $shapes = @{}
        foreach ($one in @(Get-VirtualizationInstance 'Msvm_StorageAllocationSettingData' '')) {
            if ([int]$one.ResourceType -ne 31) { continue }
            # The shape only: letters of GUIDs and their digits away.
            $shapes[([string]$one.InstanceID -replace '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}', 'GUID')] = $true
        }
        @($shapes.Keys | Sort-Object) -join ' | '
    }
    Test-Assumption 'guest-platform' 'guests tell OSPlatformId: 2 is Windows' {
        $seen = @{}
        foreach ($component in @(Get-VirtualizationInstance 'Msvm_KvpExchangeComponent' '')) {
            foreach ($item in @($component.GuestIntrinsicExchangeItems)) {
                if ($null -eq $item -or ([string]$item) -notmatch 'OSPlatformId') { continue }
                $value = ([xml]$item).SelectSingleNode("/INSTANCE/PROPERTY[@NAME='Data']/VALUE")
                if ($null -ne $value) { $seen[$value.InnerText] = 1 + [int]$seen[$value.InnerText] }
            }
        }
        @($seen.Keys | Sort-Object | ForEach-Object { "$_ in $($seen[$_])" }) -join ', '
    }
    Test-Assumption 'versions' 'VMs tell their configuration version as a version' {
        $seen = @{}
        foreach ($vm in @(Hyper-V\Get-VM)) { $version = [string][version]$vm.Version; $seen[$version] = 1 + [int]$seen[$version] }
        if ($seen.Count -eq 0) { 'no VM here' } else { @($seen.Keys | Sort-Object | ForEach-Object { "$_ in $($seen[$_])" }) -join ', ' }
    }
    Test-Assumption 'integration-ids' 'the backup component of a VM is told by the GUID at the end of its id' {
        $all = 0
        $found = @{}
        foreach ($vm in @(Hyper-V\Get-VM)) {
            $all++
            foreach ($service in @($vm.VMIntegrationService)) {
                if (([string]$service.Id).Split('\')[-1] -ne '5CED1297-4598-4915-A5FC-AD21BB4D02A4') { continue }
                $key = "enabled $([bool]$service.Enabled), $(@($service.OperationalStatus | ForEach-Object { [string]$_ }) -join '+')"
                $found[$key] = 1 + [int]$found[$key]
            }
        }
        if ($all -eq 0) { 'no VM here' } else { @($found.Keys | Sort-Object | ForEach-Object { "$_ in $($found[$_]) of $all" }) -join ' | ' }
    }
    Test-Assumption 'volumes' 'Win32_Volume tells mount path, type and file system of the volumes' {
        $seen = @{}
        foreach ($volume in @(Get-CimInstance -ClassName Win32_Volume)) {
            if ($null -eq $volume.Name -or [int]$volume.DriveType -ne 3) { continue }
            $kind = [string]$volume.FileSystem
            $seen[$kind] = 1 + [int]$seen[$kind]
        }
        @($seen.Keys | Sort-Object | ForEach-Object { "$_ in $($seen[$_])" }) -join ', '
    }
    Test-Assumption 'job-class' 'Msvm_ConcreteJob tells state, percentage and error' {
        $there = @((Get-CimClass -Namespace $namespace -ClassName Msvm_ConcreteJob).CimClassProperties.Name)
        if (@(@('JobState', 'PercentComplete', 'ErrorCode', 'ErrorDescription') | Where-Object { $there -notcontains $_ }).Count -eq 0) { "$($there.Count) properties" }
    }
    Test-Assumption 'writer' 'vssadmin lists the Hyper-V writer by its id, with a state number in brackets' {
        $state = Get-HyperVWriterState
        if ($null -ne $state) { "state $state" }
    }
    Test-Assumption 'diskshadow' 'diskshadow is there (path A; servers only)' {
        $tool = Get-SystemTool 'diskshadow.exe'
        if ([int]$system.ProductType -eq 1) { 'client edition: path A does not exist' } elseif ($null -ne (Get-Command -Name $tool -ErrorAction SilentlyContinue)) { 'there' }
    }
    foreach ($log in @('Microsoft-Windows-Hyper-V-VMMS-Admin', 'Microsoft-Windows-VHDMP-Operational')) {
        Test-Assumption "log-$log" 'the event log exists and can be read' {
            $null = @(Get-WinEvent -FilterHashtable @{ LogName = $log; StartTime = [datetime]::Now.AddDays(-1) } -MaxEvents 1 -ErrorAction SilentlyContinue)
            'readable'
        }
    }
    @{
        host = @{ version = [string]$system.Version; edition = [string]$system.ProductType; powerShell = [string]$PSVersionTable.PSVersion; culture = [string][Globalization.CultureInfo]::CurrentUICulture.Name }
        items = $items.ToArray()
    }
}
