# Parses scripts with the engine that runs this, and prints as JSON lines what the lint needs to know of each. One path a line on stdin.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$output = [IO.StreamWriter]::new([Console]::OpenStandardOutput(), [Text.UTF8Encoding]::new($false))

function Get-Member-Of($Node, [string]$Name) {
    $property = $Node.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    $property.Value
}

# What Windows PowerShell 5.1 cannot parse, by the kind of its node.
function Get-Kind($Node) {
    switch ($Node.GetType().Name) {
        'TernaryExpressionAst' { return 'ternary' }
        'PipelineChainAst' { return 'pipeline-chain' }
        'PipelineAst' { if ($Node.Background) { return 'background' } }
        'BinaryExpressionAst' { if ([string]$Node.Operator -eq 'QuestionQuestion') { return 'null-coalescing' } }
        'AssignmentStatementAst' { if ([string]$Node.Operator -eq 'QuestionQuestionEquals') { return 'null-coalescing-assignment' } }
        'ScriptBlockAst' { if ($null -ne (Get-Member-Of $Node 'CleanBlock')) { return 'clean-block' } }
    }
    if ($Node -isnot [Management.Automation.Language.MemberExpressionAst] -and $Node -isnot [Management.Automation.Language.IndexExpressionAst]) { return '' }
    if ((Get-Member-Of $Node 'NullConditional') -eq $true) { return 'null-conditional' }
    if ($null -ne (Get-Member-Of $Node 'GenericTypeArguments') -and @($Node.GenericTypeArguments).Count -gt 0) { return 'generic-method' }
    ''
}

function Get-Facts([string]$Path) {
    $tokens = $null
    $errors = $null
    $tree = [Management.Automation.Language.Parser]::ParseFile($Path, [ref]$tokens, [ref]$errors)
    $facts = @{ file = $Path; errors = @() }
    foreach ($name in @('kinds', 'commands', 'members', 'variables', 'functions', 'tokens')) { $facts[$name] = [Collections.Generic.List[object]]::new() }
    $facts.errors = @(foreach ($one in $errors) { @{ line = $one.Extent.StartLineNumber; text = $one.Message } })
    foreach ($node in $tree.FindAll({ $true }, $true)) {
        $line = $node.Extent.StartLineNumber
        $kind = Get-Kind $node
        if ($kind -ne '') { $facts.kinds.Add(@{ line = $line; text = $kind }) }
        switch ($node.GetType().Name) {
            'CommandAst' {
                $name = $node.GetCommandName()
                $parameters = @(foreach ($one in $node.CommandElements) { if ($one -is [Management.Automation.Language.CommandParameterAst]) { $one.ParameterName } })
                $splats = @($node.CommandElements | Where-Object { $_ -is [Management.Automation.Language.VariableExpressionAst] -and $_.Splatted }).Count
                $facts.commands.Add(@{ line = $line; name = [string]$name; text = $node.CommandElements[0].Extent.Text; parameters = $parameters; splats = $splats })
            }
            'InvokeMemberExpressionAst' {
                $count = 0
                if ($null -ne $node.Arguments) { $count = $node.Arguments.Count }
                $on = ''
                if ($node.Static) { $on = $node.Expression.Extent.Text.Trim('[', ']') + '::' }
                $facts.members.Add(@{ line = $line; text = $on + $node.Member.Extent.Text; arguments = $count })
            }
            'VariableExpressionAst' { $facts.variables.Add(@{ line = $line; text = $node.VariablePath.UserPath }) }
            'FunctionDefinitionAst' { $facts.functions.Add($node.Name) }
        }
    }
    foreach ($token in $tokens) {
        $kind = [string]$token.Kind
        if ($kind -eq 'Number' -or $kind -eq 'StringExpandable' -or $kind -eq 'HereStringExpandable') { $facts.tokens.Add(@{ line = $token.Extent.StartLineNumber; kind = $kind; text = $token.Text }) }
    }
    $facts
}

while ($true) {
    $path = [Console]::In.ReadLine()
    if ($null -eq $path) { break }
    $output.WriteLine((ConvertTo-Json -InputObject (Get-Facts $path) -Depth 6 -Compress))
}
$output.Flush()
exit 0
