@{
    RootModule = '../../hostkeep-test-powershell.dll'
    ModuleVersion = '1.0'
    GUID = '5b3c3f0e-6f4e-4a54-9b0e-0a0b6c1d2e3f'
    CmdletsToExport = @(
        'Write-Output', 'Write-Warning', 'Write-Error', 'Write-Information', 'Start-Sleep', 'New-Object', 'Select-Object', 'Sort-Object',
        'Add-Member', 'ConvertFrom-Json', 'ConvertTo-Json'
    )
    FunctionsToExport = @()
    AliasesToExport = @()
}
