using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Workshop.Notebooks;

/// <summary>Puts a <see cref="CellCheckpoint"/> wherever code can go on for ever: in every loop, at every label, and in every method that calls one.</summary>
/// <remarks>
/// At the start of a loop's body, so that <c>while (true) { try { ... } catch { } }</c> meets it outside of the try. A method has one because
/// <c>Fib(60)</c> takes hours without a loop. Lines stay where they are; columns do not, so compile errors are told from the text as it was typed.
/// </remarks>
internal static class LoopCheckpoints
{
    private const string Call = " global::Workshop.Notebooks.CellCheckpoint.Pass();";

    public static SyntaxTree AddTo(SyntaxTree tree)
    {
        if (tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            return tree;
        var changes = new List<TextChange>();
        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            switch (node)
            {
                case WhileStatementSyntax loop:
                    Wrap(loop.Statement);
                    break;
                case DoStatementSyntax loop:
                    Wrap(loop.Statement);
                    break;
                case ForStatementSyntax loop:
                    Wrap(loop.Statement);
                    break;
                case CommonForEachStatementSyntax loop:
                    Wrap(loop.Statement);
                    break;
                case LabeledStatementSyntax label:
                    Insert(label.ColonToken.Span.End, Call);
                    break;
                case GotoStatementSyntax jump when !jump.IsKind(SyntaxKind.GotoStatement):
                    Wrap(jump); // goto case 1;
                    break;
                case MethodDeclarationSyntax method when MayRecur(method):
                    Enter(method.Body, method.ExpressionBody, method.SemicolonToken, method.ReturnType, method.Modifiers);
                    break;
                case LocalFunctionStatementSyntax method when MayRecur(method):
                    Enter(method.Body, method.ExpressionBody, method.SemicolonToken, method.ReturnType, method.Modifiers);
                    break;
                case AnonymousFunctionExpressionSyntax { Block: { } block } function when MayRecur(function):
                    Insert(block.OpenBraceToken.Span.End, Call);
                    break;
            }
        }
        if (changes.Count == 0)
            return tree;
        // Insertions at one place keep their order: the body of an outer loop closes after that of an inner one either way.
        return tree.WithChangedText(tree.GetText().WithChanges(changes.OrderBy(change => change.Span.Start)));

        void Insert(int position, string text) => changes.Add(new TextChange(new TextSpan(position, 0), text));

        void Wrap(StatementSyntax body)
        {
            if (body is BlockSyntax block)
            {
                Insert(block.OpenBraceToken.Span.End, Call);
                return;
            }
            Insert(body.SpanStart, "{" + Call + " ");
            Insert(body.Span.End, " }");
        }

        void Enter(BlockSyntax? block, ArrowExpressionClauseSyntax? arrow, SyntaxToken semicolon, TypeSyntax returnType, SyntaxTokenList modifiers)
        {
            if (block is not null)
            {
                Insert(block.OpenBraceToken.Span.End, Call);
            }
            else if (arrow is not null)
            {
                var isStatement = arrow.Expression is ThrowExpressionSyntax || GivesNothing(returnType, modifiers);
                changes.Add(new TextChange(arrow.ArrowToken.Span, "{" + Call + (isStatement ? " " : " return ")));
                Insert(semicolon.Span.End, " }");
            }
        }
    }

    private static bool MayRecur(SyntaxNode function) => function.DescendantNodes().Any(node => node is InvocationExpressionSyntax);

    private static bool GivesNothing(TypeSyntax returnType, SyntaxTokenList modifiers) => returnType switch
    {
        PredefinedTypeSyntax type => type.Keyword.IsKind(SyntaxKind.VoidKeyword),
        IdentifierNameSyntax or QualifiedNameSyntax when modifiers.Any(SyntaxKind.AsyncKeyword) => true, // Task, ValueTask; with a result they are generic
        _ => false,
    };
}

/// <summary>Reads what <c>#load</c> names as cells are read: with checkpoints in its loops, and top-level <c>using var</c>.</summary>
internal sealed class CellSources(string baseDirectory, CSharpParseOptions parseOptions)
    : SourceFileResolver(ImmutableArray<string>.Empty, baseDirectory)
{
    public override SourceText ReadText(string resolvedPath)
    {
        var typed = base.ReadText(resolvedPath);
        var code = SourceText.From(TopLevelCode.Rewrite(typed.ToString()), typed.Encoding);
        return LoopCheckpoints.AddTo(CSharpSyntaxTree.ParseText(code, parseOptions, resolvedPath)).GetText();
    }

    // "cell 3" is a name, not a path: a folder before it would stand in messages.
    public override string? NormalizePath(string path, string? baseFilePath) =>
        path.StartsWith("cell ", StringComparison.Ordinal) ? path : base.NormalizePath(path, baseFilePath);
}
