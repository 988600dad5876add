using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

// Whether something is under way outside the loop is read from the process: its timers and its pool.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace StructuredConcurrency.Simulation.Rewriting.Tests;

/// <summary>A small program as a learner writes it, compiled in memory and run on an event loop.</summary>
internal static class Snippet
{
    public const string Path = "Program.cs";

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14);

    private static readonly IReadOnlyList<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator)
            .Where(path => System.IO.Path.GetFileName(path) is var name && (name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("StructuredConcurrency", StringComparison.Ordinal) || name == "netstandard.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A program around the statements of its main method; what follows a line of three dashes are further members.</summary>
    public static string Program(string statements)
    {
        var parts = statements.Split("\n---\n");
        return $$"""
            using System; using System.Collections.Generic; using System.Diagnostics; using System.Linq; using System.Runtime.CompilerServices;
            using System.Threading; using System.Threading.Channels; using System.Threading.Tasks; using StructuredConcurrency.Simulation;
            public static class Program
            {
                static TimeProvider Clock => EventLoop.Current!.TimeProvider;
                public static async Task Main(Action<object?> print)
                {
            {{parts[0]}}
                }
            {{parts.ElementAtOrDefault(1)}}
            }
            """;
    }

    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Snippet",
        sources.Select((source, index) => Parse(source, index == 0 ? Path : $"File{index}.cs")),
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), s_parse, path);

    public static IEnumerable<string> Errors(CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString());

    /// <summary>The rewritten text of the first file.</summary>
    public static string Text(RewriteResult result) => result.Compilation.SyntaxTrees[0].ToString();

    /// <summary>The method <c>Program.Main</c> of a compilation.</summary>
    public static Func<Action<object?>, Task> Load(CSharpCompilation compilation)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(assembly, symbols);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        assembly.Position = symbols.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(assembly, symbols)
            .GetType("Program")!.GetMethod("Main", BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<Func<Action<object?>, Task>>();
    }

    /// <summary>Runs a program, and tells how that went and what it printed.</summary>
    public static (RunReport Report, string Printed) Run(Func<Action<object?>, Task> main, EventLoopOptions? options = null)
    {
        var printed = new List<string>();
        var report = EventLoop.Run(() => main(Print), options);
        lock (printed)
            return (report, string.Join(' ', printed));

        void Print(object? text)
        {
            lock (printed)
                printed.Add(Convert.ToString(text, CultureInfo.InvariantCulture)!);
        }
    }
}
