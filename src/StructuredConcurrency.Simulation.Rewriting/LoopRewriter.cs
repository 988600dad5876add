using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation.Rewriting;

/// <summary>A program that was brought onto the event loop, with a report of what that took.</summary>
/// <param name="Compilation">The program: compile and run this one. Its files keep their paths, lines and encodings.</param>
/// <param name="Report">What was rewritten, and what could not be.</param>
public sealed record RewriteResult(CSharpCompilation Compilation, RewriteReport Report);

/// <summary>Brings C# that knows nothing of an <see cref="EventLoop"/> onto it, by rewriting its source.</summary>
/// <remarks>
/// <para>Calls that would leave the loop (<c>Task.Run</c>, <c>Task.Delay(1)</c>, <c>ReadAllAsync</c>, <c>ConfigureAwait(false)</c>, <c>Stopwatch</c> …)
/// become calls of stand-ins that stay there. Off the loop a stand-in is the original, so a rewritten program is right anywhere.</para>
/// <para>Every line stays where it is: diagnostics, stack traces and breakpoints point into the author's own file. A file without such a
/// call is not touched. A program that compiled still compiles: a change that would break it is taken back and reported.</para>
/// <para><b>Pitfall.</b> Only source is rewritten. A library that is referenced keeps its own awaits:
/// <see cref="RunReport.ForeignPosts"/> counts what comes back from outside. And code that prints its own text or the name of a replaced type
/// (<c>CallerArgumentExpression</c>, an expression tree, <c>typeof(Stopwatch).Name</c>) prints the stand-in's.</para>
/// </remarks>
public static class LoopRewriter
{
    private const string Import = "using StructuredConcurrency.Simulation.StandIns; ";

    /// <summary>Rewrites a program.</summary>
    /// <param name="compilation">The program. Code that does not compile is returned as it is.</param>
    /// <param name="cancellationToken">Ends the rewriting.</param>
    /// <returns>The rewritten program. It references <c>StructuredConcurrency.Simulation</c>, also where the original did not.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static RewriteResult Rewrite(CSharpCompilation compilation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        var files = new List<RewrittenFile>();
        var uncontrolled = new List<UncontrolledSite>();
        var aliases = Aliases(compilation, cancellationToken);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var (sites, left) = SiteFinder.Find(compilation.GetSemanticModel(tree), aliases, cancellationToken);
            uncontrolled.AddRange(left);
            if (sites.Count > 0)
                files.Add(new RewrittenFile(tree, sites));
        }

        LeaveHiddenNames(compilation, files, uncontrolled, cancellationToken);
        DropIdleCompanions(files);
        var rewritten = Apply(compilation, files, cancellationToken);
        if (files.Exists(file => file.Sites.Count > 0) && Errors(rewritten, cancellationToken) is [_, ..] errors)
        {
            if (Errors(compilation, cancellationToken).Count > 0)
                return new RewriteResult(compilation, new RewriteReport([], []));
            rewritten = TakeBack(compilation, rewritten, files, errors, uncontrolled, cancellationToken);
        }

        var order = compilation.SyntaxTrees.Select((tree, index) => (tree.FilePath, index)).DistinctBy(file => file.FilePath).ToDictionary(StringComparer.Ordinal);
        return new RewriteResult(rewritten, new RewriteReport(
            [.. files.SelectMany(file => file.Sites.OrderBy(site => site.Span.Start).Select(site => Describe(file.Original, site)))],
            [.. uncontrolled.Distinct().OrderBy(site => order[site.Path]).ThenBy(site => site.Line)]));
    }

    /// <summary>A program that has a name of a stand-in itself would get its own.</summary>
    private static void LeaveHiddenNames(CSharpCompilation compilation, List<RewrittenFile> files, List<UncontrolledSite> uncontrolled, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
            return;
        var hidden = compilation.GetSymbolsWithName(StandIn.NewNames.Contains, SymbolFilter.All, cancellationToken).Select(symbol => symbol.Name).ToHashSet(StringComparer.Ordinal);
        if (hidden.Count == 0)
            return;
        foreach (var file in files)
        {
            file.TakeBack(
                site => hidden.Contains(site.StandIn.NewName),
                site => $"the program has a name '{site.StandIn.NewName}' of its own: choose another",
                uncontrolled);
        }
    }

    /// <summary>What only makes up for another stand-in is left alone where that is not in use: code that stays on the loop by itself does not change.</summary>
    private static void DropIdleCompanions(List<RewrittenFile> files)
    {
        Drop("Release", site => site.StandIn is { OriginalType: nameof(SemaphoreSlim), Name: "WaitAsync" });
        Drop("TryReset", site => site.StandIn.OriginalType == nameof(CancellationTokenSource) && site.StandIn.Name != "CancelAsync" && site.StandIn.Name != "TryReset");
        files.RemoveAll(file => file.Sites.Count == 0);

        void Drop(string name, Predicate<Site> need)
        {
            if (!files.Exists(file => file.Sites.Exists(need)))
                files.ForEach(file => file.Sites.RemoveAll(site => site.StandIn.Name == name));
        }
    }

    private static CSharpCompilation Apply(CSharpCompilation compilation, List<RewrittenFile> files, CancellationToken cancellationToken)
    {
        var changed = compilation;
        foreach (var file in files)
        {
            file.Apply(cancellationToken);
            changed = changed.ReplaceSyntaxTree(file.Original, file.Current);
        }

        // Asked of the unchanged one: that has been bound already.
        return files.Count == 0 || compilation.GetTypeByMetadataName(typeof(TaskOnLoop).FullName!) is not null
            ? changed
            : changed.AddReferences(
                new[] { typeof(EventLoop), typeof(TaskGroup) }
                    .Where(type => compilation.ReferencedAssemblyNames.All(name => name.Name != type.Assembly.GetName().Name))
                    .Select(type => MetadataReference.CreateFromFile(type.Assembly.Location)));
    }

    /// <summary>Takes changes back until the program compiles: those at the errors first, then types, which may be to blame elsewhere, then the whole file, then all.</summary>
    private static CSharpCompilation TakeBack(
        CSharpCompilation compilation, CSharpCompilation rewritten, List<RewrittenFile> files, List<Diagnostic> errors, List<UncontrolledSite> uncontrolled, CancellationToken cancellationToken)
    {
        const int Patience = 8;
        for (var round = 0; errors.Count > 0; round++)
        {
            var wrong = new HashSet<Site>();
            if (round < Patience)
                wrong.UnionWith(files.SelectMany(file => file.At(errors, cancellationToken)));
            if (wrong.Count == 0)
                wrong.UnionWith(files.SelectMany(file => file.Sites).Where(site => site.StandIn.Kind == StandInKind.Type));
            if (wrong.Count == 0)
                wrong.UnionWith(files.Where(file => errors.Exists(error => error.Location.SourceTree == file.Current)).SelectMany(file => file.Sites));
            if (wrong.Count == 0)
                wrong.UnionWith(files.SelectMany(file => file.Sites));

            // A type is replaced everywhere, or nowhere.
            var types = wrong.Where(site => site.StandIn.Kind == StandInKind.Type).Select(site => site.StandIn.Type).ToHashSet(StringComparer.Ordinal);
            foreach (var file in files)
            {
                file.TakeBack(
                    site => wrong.Contains(site) || types.Contains(site.StandIn.Type),
                    site => $"with {site.StandIn.Replacement} in its place the code would not compile",
                    uncontrolled);
            }

            if (files.TrueForAll(file => file.Sites.Count == 0))
                return compilation;
            rewritten = Apply(compilation, files, cancellationToken);
            errors = Errors(rewritten, cancellationToken);
        }

        return rewritten;
    }

    private static List<Diagnostic> Errors(CSharpCompilation compilation, CancellationToken cancellationToken) =>
        [.. compilation.GetDiagnostics(cancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

    private static HashSet<string> Aliases(CSharpCompilation compilation, CancellationToken cancellationToken) =>
        [.. compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot(cancellationToken).DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax))
            .OfType<UsingDirectiveSyntax>().Select(directive => directive.Alias?.Name.Identifier.ValueText).OfType<string>()];

    private static RewrittenSite Describe(SyntaxTree tree, Site site) => new(tree.FilePath, site.Line + 1, site.StandIn.Construct, site.StandIn.Replacement);

    /// <summary>A file with what is changed in it.</summary>
    private sealed class RewrittenFile(SyntaxTree original, List<Site> sites)
    {
        public SyntaxTree Original { get; } = original;

        public List<Site> Sites { get; } = sites;

        public SyntaxTree Current { get; private set; } = original;

        public void Apply(CancellationToken cancellationToken)
        {
            var changes = Sites.Select(site => new TextChange(site.Span, site.NewText));
            Current = Sites.Count == 0
                ? Original
                : Original.WithChangedText(Original.GetText(cancellationToken).WithChanges(
                    changes.Prepend(new TextChange(new TextSpan(ImportPosition(cancellationToken), 0), Import)).OrderBy(change => change.Span.Start).ThenBy(change => change.Span.Length)));
        }

        /// <summary>The changes on the lines of errors, as far as the statements around them reach: lines are the same in the original.</summary>
        public IEnumerable<Site> At(List<Diagnostic> errors, CancellationToken cancellationToken)
        {
            var spans = errors.Where(error => error.Location.SourceTree == Current).Select(error => Statement(error.Location.SourceSpan, cancellationToken)).ToList();
            return Sites.Where(site => spans.Exists(lines => lines.Start <= site.Line && site.Line <= lines.End));
        }

        /// <summary>Leaves places as they are, and reports them.</summary>
        public void TakeBack(Predicate<Site> which, Func<Site, string> reason, List<UncontrolledSite> uncontrolled)
        {
            uncontrolled.AddRange(Sites.FindAll(which).Select(site => new UncontrolledSite(Original.FilePath, site.Line + 1, site.StandIn.Construct, reason(site))));
            Sites.RemoveAll(which);
        }

        private (int Start, int End) Statement(TextSpan error, CancellationToken cancellationToken)
        {
            var node = Current.GetRoot(cancellationToken).FindNode(error);
            var around = node.FirstAncestorOrSelf<SyntaxNode>(n => n is (StatementSyntax and not BlockSyntax) or MemberDeclarationSyntax) ?? node;
            var lines = Current.GetText(cancellationToken).Lines.GetLinePositionSpan(around is MemberDeclarationSyntax ? error : around.Span);
            return (lines.Start.Line, lines.End.Line);
        }

        /// <summary>Before the first using directive that is not global, or before the first declaration: on a line that is there already.</summary>
        private int ImportPosition(CancellationToken cancellationToken)
        {
            var root = (CompilationUnitSyntax)Original.GetRoot(cancellationToken);
            var directive = root.Usings.FirstOrDefault(directive => !directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword));
            if (directive is not null)
                return directive.SpanStart;
            var before = root.Usings.LastOrDefault() ?? (SyntaxNode?)root.Externs.LastOrDefault();
            var first = before is null ? root.GetFirstToken(includeZeroWidth: true) : before.GetLastToken().GetNextToken(includeZeroWidth: true);

            // In front of its comments, which belong to it; but nothing may stand in front of a directive such as #define.
            return first.LeadingTrivia.Any(trivia => trivia.IsDirective) ? first.SpanStart : first.FullSpan.Start;
        }
    }
}
