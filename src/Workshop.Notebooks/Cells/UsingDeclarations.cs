using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Workshop.Notebooks;

/// <summary>Brings top-level <c>using var</c>, which Roslyn's script dialect cannot read, to code that it can.</summary>
internal static class UsingDeclarations
{
    private static readonly CSharpParseOptions s_programDialect = new(LanguageVersion.CSharp14, DocumentationMode.None);

    /// <summary>
    /// Blanks the keywords and adds a call behind each declaration. Lines and the columns up to the end of the declaration stay
    /// where they are, so messages still point to what was typed.
    /// </summary>
    public static string Rewrite(string code) => Rewrite(code, disposes: true);

    /// <summary>Blanks the keywords alone: every position stays where it is, for those who only look at a cell.</summary>
    public static string Blank(string code) => Rewrite(code, disposes: false);

    private static string Rewrite(string code, bool disposes)
    {
        if (!code.Contains("using", StringComparison.Ordinal))
            return code;
        // As a program, not as a script: there the declarations parse as what they are.
        var root = CSharpSyntaxTree.ParseText(code, s_programDialect).GetCompilationUnitRoot();
        var changes = new List<TextChange>();
        foreach (var member in root.Members)
        {
            if (member is not GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax declaration }
                || declaration.UsingKeyword.IsKind(SyntaxKind.None))
            {
                continue;
            }
            if (!declaration.AwaitKeyword.IsKind(SyntaxKind.None))
                changes.Add(Blank(declaration.AwaitKeyword));
            changes.Add(Blank(declaration.UsingKeyword));
            if (!disposes)
                continue;
            var calls = new StringBuilder();
            foreach (var variable in declaration.Declaration.Variables)
                calls.Append($" global::Workshop.Notebooks.CellUsings.Add({variable.Identifier.Text});");
            changes.Add(new TextChange(new TextSpan(declaration.SemicolonToken.Span.End, 0), calls.ToString()));
        }
        return changes.Count == 0 ? code : SourceText.From(code).WithChanges(changes).ToString();
    }

    private static TextChange Blank(SyntaxToken keyword) => new(keyword.Span, new string(' ', keyword.Span.Length));
}
