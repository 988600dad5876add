using System.Runtime.Loader;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Simulation.Rewriting;

namespace Bench;

/// <summary>How many schedules of a program the event loop runs that knows nothing of it and was rewritten.</summary>
[MemoryDiagnoser]
public class RewrittenBenchmarks
{
    private const string Source = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;

        public static class Student
        {
            public static async Task RunAsync()
            {
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                using var places = new SemaphoreSlim(2);
                var total = 0;
                var downloads = Enumerable.Range(1, 10).Select(id => Task.Run(() => DownloadAsync(id, places, timeout.Token))).ToList();
                await foreach (var download in Task.WhenEach(downloads))
                    total += await download.ConfigureAwait(false);
                await Parallel.ForEachAsync(Enumerable.Range(1, 10), new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = timeout.Token }, async (id, token) =>
                {
                    await Task.Delay(id, token).ConfigureAwait(false);
                    Interlocked.Add(ref total, -id * id);
                });
                if (total != 0)
                    throw new InvalidOperationException($"{total} is left");
            }

            private static async Task<int> DownloadAsync(int id, SemaphoreSlim places, CancellationToken token)
            {
                await places.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    await Task.Delay(10 + id, token);
                    return id * id;
                }
                finally
                {
                    places.Release();
                }
            }
        }
        """;

    private Func<Task>? _program;

    [GlobalSetup]
    public void Compile()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("StructuredConcurrency", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
        var rewritten = LoopRewriter.Rewrite(CSharpCompilation.Create("Student", [CSharpSyntaxTree.ParseText(Source, path: "Student.cs")], references, options));
        if (rewritten.Report.Uncontrolled.Count > 0)
            throw new InvalidOperationException(string.Join('\n', rewritten.Report.Uncontrolled));

        using var assembly = new MemoryStream();
        var emitted = rewritten.Compilation.Emit(assembly);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join('\n', emitted.Diagnostics));
        assembly.Position = 0;
        _program = AssemblyLoadContext.Default.LoadFromStream(assembly).GetType("Student")!.GetMethod("RunAsync")!.CreateDelegate<Func<Task>>();
    }

    [Benchmark(OperationsPerInvoke = ScheduleBenchmarks.Schedules)]
    public ExploreReport StudentProgram() => ScheduleBenchmarks.Explore(_program!);
}
