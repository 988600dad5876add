using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Workshop.Notebooks;

/// <summary>Puts a <see cref="CellCheckpoint"/> at the start of every loop's body and behind every label.</summary>
/// <remarks>
/// At the start of the body, so that <c>while (true) { try { ... } catch { } }</c> meets it outside of the try. Lines stay where they
/// are; columns do not, so compile errors are told from the text as it was typed.
/// </remarks>
internal static class LoopCheckpoints
{
    private const string Call = " global::Workshop.Notebooks.CellCheckpoint.Pass();";

    public static SyntaxTree AddTo(SyntaxTree tree)
    {
        var root = tree.GetRoot();
        if (root.ContainsDiagnostics)
            return tree;
        var changes = new List<TextChange>();
        foreach (var node in root.DescendantNodes())
        {
            var body = node switch
            {
                WhileStatementSyntax loop => loop.Statement,
                DoStatementSyntax loop => loop.Statement,
                ForStatementSyntax loop => loop.Statement,
                CommonForEachStatementSyntax loop => loop.Statement,
                _ => null,
            };
            if (body is BlockSyntax block)
            {
                changes.Add(Insert(block.OpenBraceToken.Span.End, Call));
            }
            else if (body is not null)
            {
                changes.Add(Insert(body.SpanStart, "{" + Call + " "));
                changes.Add(Insert(body.Span.End, " }"));
            }
            else if (node is LabeledStatementSyntax label)
            {
                changes.Add(Insert(label.ColonToken.Span.End, Call));
            }
        }
        if (changes.Count == 0)
            return tree;
        // Insertions at one place keep their order: the body of an outer loop closes after that of an inner one either way.
        return tree.WithChangedText(tree.GetText().WithChanges(changes.OrderBy(change => change.Span.Start)));
    }

    private static TextChange Insert(int position, string text) => new(new TextSpan(position, 0), text);
}

/// <summary>Reads what <c>#load</c> names, with checkpoints in its loops.</summary>
internal sealed class CheckpointedSources(string baseDirectory, CSharpParseOptions parseOptions)
    : SourceFileResolver(ImmutableArray<string>.Empty, baseDirectory)
{
    public override SourceText ReadText(string resolvedPath) =>
        LoopCheckpoints.AddTo(CSharpSyntaxTree.ParseText(base.ReadText(resolvedPath), parseOptions, resolvedPath)).GetText();
}
