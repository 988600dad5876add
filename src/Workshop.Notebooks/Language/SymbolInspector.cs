using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Workshop.Notebooks;

/// <summary>Tells what a name means: signature, overloads, documentation.</summary>
internal static class SymbolInspector
{
    private const int OverloadsShown = 5;

    public static string? Inspect(SemanticModel model, int position, bool inDetail)
    {
        var symbols = SymbolsAt(model, position);
        if (symbols.IsEmpty)
            return null;
        var text = new StringBuilder();
        var shown = inDetail ? symbols.Length : Math.Min(symbols.Length, OverloadsShown);
        foreach (var symbol in symbols.Take(shown))
            text.AppendLine(SymbolText.Signature(symbol));
        if (shown < symbols.Length)
            text.AppendLine($"... ({symbols.Length - shown} more overloads)");
        if (symbols.Select(symbol => DocumentationText.Of(symbol, model.Compilation)).FirstOrDefault(documentation => documentation.Length > 0) is { } found)
            text.AppendLine().AppendLine(found);
        return text.ToString().ReplaceLineEndings("\n").TrimEnd();
    }

    private static ImmutableArray<ISymbol> SymbolsAt(SemanticModel model, int position)
    {
        foreach (var token in TokensAt(model.SyntaxTree.GetRoot(), position))
        {
            if (token.Parent is not { } node)
                continue;
            // Console.WriteLine(| asks for what is called.
            if (token.IsKind(SyntaxKind.OpenParenToken) && node is ArgumentListSyntax { Parent: InvocationExpressionSyntax invocation })
                node = invocation.Expression;
            else if (!token.IsKind(SyntaxKind.IdentifierToken) && node is not (PredefinedTypeSyntax or ThisExpressionSyntax))
                continue;
            if (SymbolsOf(model, node) is { IsEmpty: false } symbols)
                return symbols;
        }
        return [];
    }

    // The caret stands in a token, or between two.
    private static IEnumerable<SyntaxToken> TokensAt(SyntaxNode root, int position)
    {
        var token = root.FindToken(position);
        if (token.Span.IntersectsWith(position))
            yield return token;
        var before = token.GetPreviousToken();
        if (before.Span.End == position)
            yield return before;
    }

    private static ImmutableArray<ISymbol> SymbolsOf(SemanticModel model, SyntaxNode node)
    {
        if (model.GetDeclaredSymbol(node) is { } declared)
            return [declared];
        var info = model.GetSymbolInfo(node);
        var chosen = info.Symbol;
        var all = chosen is null ? info.CandidateSymbols : [chosen];
        if (chosen is null or IMethodSymbol && model.GetMemberGroup(node) is { IsEmpty: false } group)
            all = [.. group.OrderByDescending(symbol => SymbolEqualityComparer.Default.Equals(symbol, chosen))];
        if (all.IsEmpty && model.GetTypeInfo(node).Type is { } type and not IErrorTypeSymbol)
            all = [type];
        return all;
    }
}
