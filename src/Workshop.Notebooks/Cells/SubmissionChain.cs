using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Workshop.Notebooks;

/// <summary>Compiles cells, each as a continuation of those before it, and holds the variables they declared.</summary>
/// <remarks>
/// This is Roslyn's own notion of a submission (<c>CreateScriptCompilation</c>) without the runner of its scripting package,
/// because that one hands back a state only when a cell ends: a cell that is left behind would lose its variables. Here a
/// cell's object is in <see cref="_states"/> from its first statement on, so what a cell assigned before it threw or was
/// stopped is there for the next.
/// </remarks>
internal sealed class SubmissionChain
{
    internal static readonly CSharpParseOptions ParseOptions =
        new(LanguageVersion.CSharp14, DocumentationMode.Parse, SourceCodeKind.Script);

    private static readonly EmitOptions s_emitOptions = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private static readonly ImmutableArray<string> s_usings =
    [
        "System", "System.Collections.Generic", "System.Diagnostics", "System.IO", "System.Linq", "System.Text",
        "System.Threading", "System.Threading.Tasks", typeof(CellGlobals).FullName!,
    ];

    private readonly CellReferences _references;
    private readonly CSharpCompilationOptions _options;
    private CSharpCompilation? _previous;

    // One slot per submission. Slot 0 is Roslyn's, for a globals object that this engine does not use.
    private object?[] _states = new object?[16];
    private int _submissions;

    // How many of the packages' references the chain has.
    private int _packageReferences;

    public SubmissionChain(string baseDirectory, CellReferences? references = null)
    {
        _references = references ?? new CellReferences(baseDirectory);
        _options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            usings: s_usings,
            // Not debug: the just-in-time compiler would then optimise nothing, and cells measure things.
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Annotations,
            metadataReferenceResolver: _references,
            sourceReferenceResolver: new CellSources(baseDirectory, ParseOptions),
            assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);
    }

    /// <summary>What the compiler understands of a cell, for those who only look at it; the cell becomes part of the chain, if it compiles.</summary>
    public SemanticModel Understand(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, ParseOptions);
        var compilation = Continue(tree, "page");
        if (compilation.GetDiagnostics().All(diagnostic => diagnostic.Severity != DiagnosticSeverity.Error))
            _previous = compilation;
        return compilation.GetSemanticModel(tree);
    }

    /// <summary>What the compiler understands of a cell that is still being written; the chain stays as it is.</summary>
    public SemanticModel Look(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(TopLevelCode.Blank(code), ParseOptions);
        return Continue("Unfinished", tree, "unfinished").GetSemanticModel(tree);
    }

    /// <summary>Whether a person who pressed Enter is done.</summary>
    public static CellCompleteness IsComplete(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(TopLevelCode.ForMessages(code), ParseOptions);
        return !SyntaxFactory.IsCompleteSubmission(tree) ? CellCompleteness.Incomplete
            : tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? CellCompleteness.Invalid
            : CellCompleteness.Complete;
    }

    /// <summary>Compiles and loads one cell; nothing of it has run yet.</summary>
    public CompiledCell Compile(string code, string cellName, CancellationToken cancellationToken)
    {
        var packageReferences = _references.PackageReferences;
        var compilation = Continue(LoopCheckpoints.AddTo(Parse(TopLevelCode.Rewrite(code))), cellName);

        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(image, symbols, options: s_emitOptions, cancellationToken: cancellationToken);
        if (!emitted.Success && emitted.Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            // Once more as it was typed: there the errors' columns are what a person sees.
            var errors = Continue(Parse(TopLevelCode.ForMessages(code)), cellName).GetDiagnostics(cancellationToken);
            if (errors.All(diagnostic => diagnostic.Severity != DiagnosticSeverity.Error))
                errors = emitted.Diagnostics;
            return new CompiledCell(null, static () => false, CompileErrors.Describe(errors, cellName, code, _references));
        }

        Func<object?[], Task<object?>>? entry = null;
        // Not for a cell of comments, usings or #r alone: the compiler then says neither success nor error.
        if (emitted.Success && compilation.GetEntryPoint(cancellationToken) is { } entryPoint)
        {
            image.Position = symbols.Position = 0;
            entry = _references.LoadSubmission(compilation.AssemblyName!, image, symbols)
                .GetType(entryPoint.ContainingType.MetadataName, throwOnError: true)!
                .GetMethod(entryPoint.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
                .CreateDelegate<Func<object?[], Task<object?>>>();
        }
        // A cell that declares nothing is no link: a long session of displays then keeps no compilation of them, and looks for no name in them.
        if (DeclaresAnything(compilation, cancellationToken))
        {
            _previous = compilation;
            _packageReferences = packageReferences.Count;
        }
        if (_states.Length < _submissions + 2)
            Array.Resize(ref _states, _states.Length * 2);
        var states = _states;
        return new CompiledCell(
            entry is null ? null : () => entry(states), () => HasTrailingValue(compilation), null);

        SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), ParseOptions, cellName, cancellationToken);
    }

    private CSharpCompilation Continue(SyntaxTree tree, string cellName) => Continue($"Cell{++_submissions}", tree, cellName);

    // The module bears the cell's name, for frames of which the runtime knows no line.
    private CSharpCompilation Continue(string name, SyntaxTree tree, string cellName) => CSharpCompilation.CreateScriptCompilation(
        name, tree, [.. _previous is null ? FrameworkReferences.All : [], .. _references.PackageReferences.Skip(_packageReferences)], _options.WithModuleName(cellName), _previous, typeof(object));

    // So that a trailing expression that is null shows "null", and a cell without one shows nothing.
    private static bool HasTrailingValue(CSharpCompilation compilation)
    {
        var tree = compilation.SyntaxTrees[^1];
        return tree.GetCompilationUnitRoot().Members.LastOrDefault() is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is not { SpecialType: SpecialType.System_Void };
    }

    private static bool DeclaresAnything(CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        if (compilation.SyntaxTrees is not [var tree])
            return true; // #load
        var root = tree.GetCompilationUnitRoot(cancellationToken);
        return root.Usings.Count > 0 || root.Externs.Count > 0 || root.GetReferenceDirectives().Count > 0
            || compilation.ScriptClass!.GetMembers().Any(static member => !member.IsImplicitlyDeclared);
    }
}

/// <summary>A cell that is ready to run, or the reasons why it is not.</summary>
/// <param name="Run">Runs it; <c>null</c> when there is nothing to run.</param>
/// <param name="HasTrailingValue">Whether it ends in an expression, whose value is shown even when it is <c>null</c>.</param>
/// <param name="Error">What does not compile, or <c>null</c>.</param>
internal sealed record CompiledCell(Func<Task<object?>>? Run, Func<bool> HasTrailingValue, CellError? Error);
