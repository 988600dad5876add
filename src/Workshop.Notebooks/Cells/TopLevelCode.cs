using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Workshop.Notebooks;

/// <summary>Brings what a program may say at its top level, and Roslyn's script dialect cannot read, to code that it can.</summary>
/// <remarks>
/// <c>using var file = Open();</c> becomes a plain declaration, with a call behind it that has the file disposed at the cell's end.
/// <c>point with { X = 1 }</c> is put in parentheses: a script would read it as the beginning of a property named <c>with</c>.
/// Lines stay where they are.
/// </remarks>
internal static class TopLevelCode
{
    private static readonly CSharpParseOptions s_programDialect = new(LanguageVersion.CSharp14, DocumentationMode.None);

    /// <summary>The code to run.</summary>
    public static string Rewrite(string code) => Rewrite(code, disposes: true, parenthesizes: true);

    /// <summary>The code to tell errors from: nothing in it that was not typed but parentheses.</summary>
    public static string ForMessages(string code) => Rewrite(code, disposes: false, parenthesizes: true);

    /// <summary>Blanks keywords alone: every position stays where it is, for those who only look at a cell.</summary>
    public static string Blank(string code) => Rewrite(code, disposes: false, parenthesizes: false);

    private static string Rewrite(string code, bool disposes, bool parenthesizes)
    {
        if (!code.Contains("using", StringComparison.Ordinal) && !(parenthesizes && code.Contains("with", StringComparison.Ordinal)))
            return code;
        // As a program, not as a script: there using declarations parse as what they are.
        var root = CSharpSyntaxTree.ParseText(code, s_programDialect).GetCompilationUnitRoot();
        var changes = new List<TextChange>();
        foreach (var member in root.Members)
        {
            if (member is GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax declaration } && !declaration.UsingKeyword.IsKind(SyntaxKind.None))
            {
                AddDeclaration(changes, declaration, disposes);
            }
            else if (parenthesizes && member is PropertyDeclarationSyntax { Identifier.Text: "with" }
                && SyntaxFactory.ParseExpression(code, member.SpanStart, consumeFullText: false) is WithExpressionSyntax { ContainsDiagnostics: false } expression)
            {
                changes.Add(new TextChange(new TextSpan(member.SpanStart, 0), "("));
                changes.Add(new TextChange(new TextSpan(member.SpanStart + expression.Span.End, 0), ")"));
                break; // What the parser makes of the rest of such a cell is not what was meant, and nothing but a comment may stand there.
            }
        }
        return changes.Count == 0 ? code : SourceText.From(code).WithChanges(changes).ToString();
    }

    private static void AddDeclaration(List<TextChange> changes, LocalDeclarationStatementSyntax declaration, bool disposes)
    {
        if (!declaration.AwaitKeyword.IsKind(SyntaxKind.None))
            changes.Add(Blank(declaration.AwaitKeyword));
        changes.Add(Blank(declaration.UsingKeyword));
        if (!disposes)
            return;
        var calls = new StringBuilder();
        foreach (var variable in declaration.Declaration.Variables)
            calls.Append($" global::Workshop.Notebooks.CellUsings.Add({variable.Identifier.Text});");
        changes.Add(new TextChange(new TextSpan(declaration.SemicolonToken.Span.End, 0), calls.ToString()));
    }

    private static TextChange Blank(SyntaxToken keyword) => new(keyword.Span, new string(' ', keyword.Span.Length));
}
