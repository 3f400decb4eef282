using System.Management.Automation.Language;
using System.Text.Json;

/// <summary>What the lint needs of a script: its errors, the kinds of its nodes, and every command with its parameters.</summary>
static class SyntaxTree
{
    public static int Print(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var tree = Parser.ParseFile(Path.GetFullPath(file), out var tokens, out var errors);
            var nodes = tree.FindAll(_ => true, true).ToArray();
            var report = new
            {
                file,
                errors = errors.Select(error => new { line = error.Extent.StartLineNumber, says = error.Message }),
                nodes = nodes.Select(node => new { line = node.Extent.StartLineNumber, kind = KindOf(node) }).Where(node => node.kind != ""),
                commands = nodes.OfType<CommandAst>().Select(CommandOf),
                functions = nodes.OfType<FunctionDefinitionAst>().Select(function => function.Name),
                expandable = tokens.OfType<StringToken>().Where(token => token.Text.Contains("`u{") || token.Text.Contains("`e")).Select(token => new { line = token.Extent.StartLineNumber, text = token.Text }),
            };
            Console.Out.WriteLine(JsonSerializer.Serialize(report));
        }
        return 0;
    }

    /// <summary>The names of what Windows PowerShell 5.1 does not have; empty for everything else.</summary>
    static string KindOf(Ast node) => node switch
    {
        TernaryExpressionAst => "ternary",
        PipelineChainAst => "pipeline-chain",
        PipelineAst { Background: true } => "background",
        BinaryExpressionAst { Operator: TokenKind.QuestionQuestion } => "null-coalescing",
        AssignmentStatementAst { Operator: TokenKind.QuestionQuestionEquals } => "null-coalescing-assignment",
        MemberExpressionAst { NullConditional: true } => "null-conditional",
        IndexExpressionAst { NullConditional: true } => "null-conditional",
        ScriptBlockAst { CleanBlock: not null } => "clean-block",
        InvokeMemberExpressionAst { GenericTypeArguments.Count: > 0 } => "generic-method",
        _ => "",
    };

    static object CommandOf(CommandAst command) => new
    {
        line = command.Extent.StartLineNumber,
        name = command.GetCommandName(),
        text = command.CommandElements[0].Extent.Text,
        parameters = command.CommandElements.OfType<CommandParameterAst>().Select(parameter => parameter.ParameterName),
    };
}
