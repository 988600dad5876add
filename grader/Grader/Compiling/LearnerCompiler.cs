using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using StructuredConcurrency.Simulation.Rewriting;

namespace Grader;

/// <summary>What the compiler made of a learner's file: an assembly with its symbols, or errors.</summary>
/// <param name="Assembly">The assembly; empty where there are errors.</param>
/// <param name="Symbols">Its portable pdb, so that stack traces name the learner's own lines.</param>
/// <param name="Diagnostics">The errors, in the order of the file.</param>
/// <param name="Uncontrolled">What the event loop cannot control when it runs.</param>
internal sealed record CompiledFile(byte[] Assembly, byte[] Symbols, IReadOnlyList<LearnerDiagnostic> Diagnostics, IReadOnlyList<UncontrolledSite> Uncontrolled);

/// <summary>Compiles one learner's file, in memory, against the running framework and the kit's libraries, and brings it onto the event loop: it need know nothing of that.</summary>
internal static class LearnerCompiler
{
    // What Exercises.csproj gives the editor, so that both agree on what compiles.
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using StructuredConcurrency;
        global using Workshop.Lesson;
        global using Workshop.Lesson.Exercises;
        """;

    private const int MostLength = 64_000; // bytes; a long answer has 5,000

    // Deeper ones take the parser minutes.
    private const int MostDepth = 200;

    // Each lambda inside another may be tried as often as the one around it: a handful is plenty, and two dozen take the compiler years.
    private const int MostLambdas = 12;
    private const int MostTypeArguments = 40;

    // The parser calls itself for whatever stands inside something else, and be it '!!!!!!': this is enough for MostLength of them.
    private const int StackSize = 256 * 1024 * 1024;

    // From the token's end to the thread's.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> s_references = new(() =>
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var kit = new[]
        {
            typeof(StructuredConcurrency.TaskGroup), typeof(StructuredConcurrency.Simulation.EventLoop), typeof(Workshop.Lesson.SimulatedWork),
        };
        return
        [
            .. Directory.EnumerateFiles(framework, "System*.dll").Where(IsManaged).Append(Path.Combine(framework, "netstandard.dll"))
                .Concat(kit.Select(type => type.Assembly.Location))
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    });

    /// <summary>Why a file is not even read; <see langword="null"/>: it is.</summary>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="path">The file.</param>
    public static LearnerDiagnostic? TooLong(long length, string path) => length <= MostLength ? null : new LearnerDiagnostic(
        path, 1, 1, "SC0002", "The file is too long.", $"The file is {length / 1000} kB long, and an answer needs a few: is it the right file?");

    /// <summary>Why a text is not given to the parser; <see langword="null"/>: it is.</summary>
    /// <param name="source">The text.</param>
    /// <param name="path">The file.</param>
    public static LearnerDiagnostic? TooDeep(string source, string path) => OnDeepStack(() =>
    {
        var depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(source, options: s_parse))
        {
            depth += token.Kind() switch
            {
                SyntaxKind.OpenParenToken or SyntaxKind.OpenBraceToken or SyntaxKind.OpenBracketToken => 1,
                SyntaxKind.CloseParenToken or SyntaxKind.CloseBraceToken or SyntaxKind.CloseBracketToken when depth > 0 => -1,
                _ => 0,
            };
            if (depth <= MostDepth)
                continue;
            var at = SourceText.From(source).Lines.GetLinePosition(token.SpanStart);
            return new LearnerDiagnostic(
                path, at.Line + 1, at.Character + 1, "SC0003", "The brackets are nested too deep.", $"Here are more than {MostDepth} brackets open: are some never closed?");
        }

        return null;
    });

    /// <summary>Whether two texts are the same program, blank space and comments aside.</summary>
    public static bool AreEquivalent(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal) || OnDeepStack(() => SyntaxFactory.AreEquivalent(CSharpSyntaxTree.ParseText(one, s_parse), CSharpSyntaxTree.ParseText(other, s_parse), topLevel: false));

    /// <summary>The line of the method that is run, from 1; of a text that has none, 1.</summary>
    public static int EntryLine(string source, ExerciseInfo exercise) => OnDeepStack(() =>
    {
        var tree = CSharpSyntaxTree.ParseText(source, s_parse);
        var entry = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().FirstOrDefault(method =>
            method.Identifier.ValueText == "RunAsync" && method.Parent is TypeDeclarationSyntax type && type.Identifier.ValueText == exercise.EntryType);
        return entry is null ? 1 : tree.GetLineSpan(entry.Identifier.Span).StartLinePosition.Line + 1;
    });

    /// <param name="source">The learner's text.</param>
    /// <param name="path">The file, as messages and stack traces are to name it.</param>
    /// <param name="exercise">Says which method must be there.</param>
    /// <param name="timeLimit">How long the compiler may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static CompiledFile Compile(string source, string path, ExerciseInfo exercise, TimeSpan timeLimit, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeLimit);
        var tooLong = new CompiledFile([], [], [new LearnerDiagnostic(
            path, 1, 1, "SC0006", "The compiler does not come to an end.", $"The compiler did not come to an end with this file in {timeLimit.TotalSeconds:0.#} s: what in it is very long, or nested very deep?")], []);
        try
        {
            // It looks at the token between two things that it does. What it does may take for ever: then its thread is left behind.
            var compiled = OnDeepStack(() => CompileHere(source, path, exercise, limit.Token), timeLimit + s_grace);
            cancellationToken.ThrowIfCancellationRequested();
            return compiled ?? tooLong;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return tooLong;
        }
    }

    private static CompiledFile CompileHere(string source, string path, ExerciseInfo exercise, CancellationToken cancellationToken)
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), s_parse, path, cancellationToken);
        var compilation = CSharpCompilation.Create(
            "Exercise",
            [tree, CSharpSyntaxTree.ParseText(SourceText.From(GlobalUsings, Encoding.UTF8), s_parse, "GlobalUsings.g.cs", cancellationToken)],
            s_references.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Debug,
                nullableContextOptions: NullableContextOptions.Enable,
                deterministic: true,
                concurrentBuild: false)); // all of it on the one deep stack; measured on two cores, with the worker starting beside it, that takes no longer

        // While a ';' is missing, what the compiler makes of the rest is not worth reading.
        if (Errors(tree.GetDiagnostics(cancellationToken), path) is [_, ..] syntax)
            return new CompiledFile([], [], syntax, []);
        if (TooIntricate(tree, path) is { } intricate)
            return new CompiledFile([], [], [intricate], []);

        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var rewriting = LoopRewriter.Rewrite(compilation, cancellationToken); // lines stay, and code that does not compile is left as it is
        var result = rewriting.Compilation.Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancellationToken);
        var errors = Errors(result.Diagnostics, path);
        if (errors.Count == 0)
            errors.AddRange(OffLimits.In(compilation, assembly, tree, path, exercise, cancellationToken));
        if (errors.Count == 0 && MissingEntry(compilation, tree, path, exercise) is { } missing)
            errors.Add(missing);
        return errors.Count > 0 ? new CompiledFile([], [], errors, []) : new CompiledFile(assembly.ToArray(), symbols.ToArray(), [], rewriting.Report.Uncontrolled);
    }

    private static List<LearnerDiagnostic> Errors(IEnumerable<Diagnostic> diagnostics, string path) =>
    [
        .. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .Select(diagnostic => Describe(diagnostic, path)),
    ];

    /// <summary>Overrunning the stack would end the grader's own process: so text that somebody else wrote is parsed where there is plenty.</summary>
    /// <returns>The result; where there is a time limit and it was not kept, the default.</returns>
    private static T OnDeepStack<T>(Func<T> work, TimeSpan? timeLimit = null)
    {
        T result = default!;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    thrown = ExceptionDispatchInfo.Capture(e);
                }
            },
            StackSize)
        { IsBackground = true, Name = "compiler" };
        thread.Start();
        if (!thread.Join(timeLimit ?? Timeout.InfiniteTimeSpan))
            return default!;
        thrown?.Throw();
        return result;
    }

    /// <summary>What parses quickly may still take the compiler longer than anybody waits.</summary>
    private static LearnerDiagnostic? TooIntricate(SyntaxTree tree, string path)
    {
        var (lambdas, types) = (0, 0);
        var at = Visit(tree.GetRoot());
        if (at is null)
            return null;
        var start = tree.GetLineSpan(at.Span).StartLinePosition;
        return at is TypeArgumentListSyntax
            ? new LearnerDiagnostic(path, start.Line + 1, start.Character + 1, "SC0005", "Types are nested too deep.", $"Here are more than {MostTypeArguments} types inside one another: give one of them a name.")
            : new LearnerDiagnostic(path, start.Line + 1, start.Character + 1, "SC0005", "Lambdas are nested too deep.", $"Here are more than {MostLambdas} lambdas inside one another: make one of them a method.");

        SyntaxNode? Visit(SyntaxNode node)
        {
            lambdas += node is AnonymousFunctionExpressionSyntax ? 1 : 0;
            types += node is TypeArgumentListSyntax ? 1 : 0;
            var found = lambdas > MostLambdas || types > MostTypeArguments ? node : node.ChildNodes().Select(Visit).FirstOrDefault(child => child is not null);
            lambdas -= node is AnonymousFunctionExpressionSyntax ? 1 : 0;
            types -= node is TypeArgumentListSyntax ? 1 : 0;
            return found;
        }
    }

    private static LearnerDiagnostic Describe(Diagnostic diagnostic, string path)
    {
        var start = diagnostic.Location.GetLineSpan().StartLinePosition;
        return new LearnerDiagnostic(path, start.Line + 1, start.Character + 1, diagnostic.Id, diagnostic.GetMessage(), PlainSentences.For(diagnostic));
    }

    private static LearnerDiagnostic? MissingEntry(CSharpCompilation compilation, SyntaxTree tree, string path, ExerciseInfo exercise)
    {
        var type = compilation.Assembly.GetTypeByMetadataName(exercise.EntryType);
        var found = type?.DeclaredAccessibility == Accessibility.Public && type.GetMembers("RunAsync").OfType<IMethodSymbol>().Any(method =>
            method is { IsStatic: true, DeclaredAccessibility: Accessibility.Public, Arity: 0, Parameters: [{ RefKind: RefKind.None }, { RefKind: RefKind.None }] }
            && Is(method.Parameters[0].Type, exercise.World)
            && Is(method.Parameters[1].Type, typeof(CancellationToken))
            && Is(method.ReturnType, typeof(Task)));
        if (found)
            return null;
        var at = (type?.Locations.FirstOrDefault(location => location.SourceTree == tree)?.GetLineSpan().StartLinePosition).GetValueOrDefault();
        var signature = $"public static Task RunAsync({exercise.World.Name}, CancellationToken)";
        return new LearnerDiagnostic(
            path,
            at.Line + 1,
            at.Character + 1,
            "SC0001",
            $"The method '{exercise.EntryType}.RunAsync' is missing.",
            $"The checks call '{signature}' of the public class '{exercise.EntryType}': keep its name, its parameters and its return type.");

        // Not the learner's own of the same name.
        bool Is(ITypeSymbol symbol, Type meant) =>
            symbol.ToDisplayString() == meant.FullName && !SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);
    }

    /// <summary>Next to the framework's assemblies lie native libraries, on some systems with the same ending.</summary>
    private static bool IsManaged(string path) => !path.EndsWith(".Native.dll", StringComparison.OrdinalIgnoreCase);
}
