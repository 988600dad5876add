using Checks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Grader.Tests.Hostile;

/// <summary>Runs code in a worker process that no check of the compiler's has seen: as if somebody had found a way around the language.</summary>
internal static class RawProgram
{
    private static readonly ExerciseInfo s_exercise = Exercises.Find("03")!;

    /// <summary>What came of it.</summary>
    /// <param name="End">How the process ended.</param>
    /// <param name="Runs">Its runs.</param>
    /// <param name="Limits">What the system kept it from.</param>
    internal sealed record Result(WorkerEnd End, IReadOnlyList<ObservedRun> Runs, IReadOnlyList<string> Limits)
    {
        /// <summary>The lines <c>NAME: what came of it</c> that it printed.</summary>
        public IReadOnlyDictionary<string, string> Lines => Runs[0].Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "", StringComparer.Ordinal);
    }

    /// <param name="statements">What RunAsync does. <c>Try("name", () => …)</c> prints what came of something.</param>
    /// <param name="members">More members of the class.</param>
    /// <param name="timeLimit">How long it may be without a sign of life.</param>
    public static async Task<Result> RunAsync(string statements, string members = "", TimeSpan? timeLimit = null)
    {
        var (job, compiled) = Prepare(statements, members, timeLimit);
        using var worker = WorkerProcess.Start();
        var runs = new List<ObservedRun>();
        var (end, _, _) = await worker.RunAsync(job, compiled, job.Patience * 2, runs, TestContext.Current.CancellationToken);
        return new Result(end, runs, worker.Limits);
    }

    /// <summary>What a worker is given to run it.</summary>
    public static (WorkerJob Job, CompiledFile Compiled) Prepare(string statements, string members = "", TimeSpan? timeLimit = null)
    {
        var options = new CheckOptions { Schedules = 1, TimeLimit = timeLimit ?? TimeSpan.FromSeconds(30) };
        return (ExerciseGrader.JobFor(s_exercise with { Scenarios = [s_exercise.Scenarios[0]] }, options, "Answer.cs"), Compile(Source(statements, members)));
    }

    private static string Source(string statements, string members) => $$"""
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Reflection;
        using System.Runtime.InteropServices;
        using System.Threading;
        using System.Threading.Tasks;
        using Workshop.Lesson.Exercises;

        public static class JoinTheQueue
        {
            public static Task RunAsync(PrintShop shop, CancellationToken token)
            {
                {{statements}}
                return Task.CompletedTask;
            }

            private static void Try(string name, Func<object?> attack)
            {
                string result;
                try
                {
                    result = $"done {attack()}";
                }
                catch (Exception e)
                {
                    result = (e is AggregateException ? e.InnerException! : e).GetType().Name;
                }

                lock (typeof(JoinTheQueue))
                    Console.WriteLine($"{name}: {result}");
            }

            private static string Call(long number, long a = -1, long b = -1, long c = -1, long d = -1) => syscall(number, a, b, c, d) < 0 ? $"error {Marshal.GetLastPInvokeError()}" : "allowed";

            [DllImport("libc", SetLastError = true)] private static extern long syscall(long number, long a, long b, long c, long d);

            {{members}}
        }
        """;

    private static CompiledFile Compile(string source)
    {
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists);
        var compilation = CSharpCompilation.Create(
            "Exercise",
            [CSharpSyntaxTree.ParseText(source, path: "Answer.cs", encoding: System.Text.Encoding.UTF8)],
            libraries.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return new CompiledFile(assembly.ToArray(), symbols.ToArray(), [], []);
    }
}
