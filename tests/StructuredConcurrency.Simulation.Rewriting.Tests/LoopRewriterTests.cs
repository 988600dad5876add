using Microsoft.CodeAnalysis.CSharp;

namespace StructuredConcurrency.Simulation.Rewriting.Tests;

public sealed class LoopRewriterTests
{
    [Theory]
    [InlineData("await System.Threading.Tasks.Task.Delay(1);", "await TaskOnLoop.Delay(1);")]
    [InlineData("await global::System.Threading.Tasks.Task.Delay(1);", "await TaskOnLoop.Delay(1);")]
    [InlineData("await Task.Delay(millisecondsDelay: 1, cancellationToken: default);", "await TaskOnLoop.Delay(millisecondsDelay: 1, cancellationToken: default);")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(Task.Delay));", "await TaskOnLoop.WhenAll(new[] { 1, 2 }.Select(TaskOnLoop.Delay));")]
    [InlineData("Func<int, Task> sleep = Task.Delay;", "Func<int, Task> sleep = TaskOnLoop.Delay;")]
    [InlineData("Func<Task, CancellationToken, Task> wait = (t, c) => t?.WaitAsync(c)!;", "Func<Task, CancellationToken, Task> wait = (t, c) => t?.WaitAsyncOnLoop(c)!;")]
    [InlineData("Task t = Task.CompletedTask; Func<CancellationToken, Task> wait = t.WaitAsync;", "Task t = Task.CompletedTask; Func<CancellationToken, Task> wait = t.WaitAsyncOnLoop;")]
    [InlineData("var i = await Task.Run<int>(() => 1);", "var i = await TaskOnLoop.Run<int>(() => 1);")]
    [InlineData("print($\"{DateTime.UtcNow:yyyy} {Environment.TickCount64,5}\");", "print($\"{DateTimeOnLoop.UtcNow:yyyy} {EnvironmentOnLoop.TickCount64,5}\");")]
    [InlineData("using CancellationTokenSource c = new(5);", "using CancellationTokenSource c = new CancellationTokenSourceOnLoop(5);")]
    [InlineData("using PeriodicTimer p = new(TimeSpan.FromSeconds(1));", "using PeriodicTimer p = PeriodicTimerOnLoop.New(TimeSpan.FromSeconds(1));")]
    [InlineData("Stopwatch w = new(); w.Start();", "StopwatchOnLoop w = new(); w.Start();")]
    [InlineData("var w = System.Diagnostics.Stopwatch.StartNew();", "var w = StopwatchOnLoop.StartNew();")]
    [InlineData("var r = new Random { };", "var r = new RandomOnLoop { };")]
    [InlineData("await Task.Run(async () => await Task.Run(async () => await Task.Delay(1)));", "await TaskOnLoop.Run(async () => await TaskOnLoop.Run(async () => await TaskOnLoop.Delay(1)));")]
    [InlineData("Task<int> t = Task.FromResult(1); print(await t.ContinueWith(x => x.Result + 1));", "Task<int> t = Task.FromResult(1); print(await t.ContinueWithOnLoop(x => x.Result + 1));")]
    [InlineData("await TaskAsyncEnumerableExtensions.ConfigureAwait(null!, false).DisposeAsync();", "await AsyncEnumerableOnLoop.ConfigureAwaitOnLoop(null!, false).DisposeAsync();")]
    public void Rewrite_EveryWayToWriteACall_KeepsTheRest(string code, string expected)
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(code)));
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Contains(expected, Snippet.Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("print(nameof(Task.Delay) + nameof(Stopwatch) + nameof(DateTime.Now));")]
    [InlineData("await Task.CompletedTask.ConfigureAwait(true); await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext);")]
    [InlineData("await Task.Delay(TimeSpan.Zero, Clock); await Task.Yield();")]
    [InlineData("var s = new SemaphoreSlim(1); await s.WaitAsync(); s.Release();")]
    [InlineData("var c = new CancellationTokenSource(); c.Cancel(); print(c.TryReset());")]
    [InlineData("print(new Random(7).Next());")]
    [InlineData("Mine.Task.Delay(1); Mine.Stopwatch.StartNew(); Mine.Channel.ReadAllAsync();\n---\n} namespace Mine { class Task { public static void Delay(int i) { } } class Stopwatch : Task { public static void StartNew() { } } class Channel { public static void ReadAllAsync() { } }")]
    [InlineData("await foreach (var i in new Mine().ReadAllAsync()) print(i);\n---\nsealed class Mine { public async IAsyncEnumerable<int> ReadAllAsync() { await Task.Yield(); yield return 1; } }")]
    public void Rewrite_WhatStaysByItselfOrIsTheAuthorsOwn_IsNotTouched(string code)
    {
        var compilation = Snippet.Compile(Snippet.Program(code));
        Assert.Empty(Snippet.Errors(compilation));
        var result = LoopRewriter.Rewrite(compilation);
        Assert.Same(compilation.SyntaxTrees[0], result.Compilation.SyntaxTrees[0]);
        Assert.Empty(result.Report.Rewritten);
        Assert.Empty(result.Report.Uncontrolled);
    }

    [Fact]
    public void Rewrite_AliasesAndUsingStatic_AreUnderstood()
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(
            """
            using static System.Threading.Tasks.Task;
            using static System.Diagnostics.Stopwatch;
            using Watch = System.Diagnostics.Stopwatch;
            using Later = System.Threading.Tasks.Task;
            class C
            {
                async Later M(Watch w)
                {
                    await Delay(1); await Later.Delay(2); await Run(() => 1);
                    var t = GetTimestamp(); Watch x = new Watch();
                }
            }
            """,
            "global using System;"));
        Assert.Empty(Snippet.Errors(result.Compilation));
        var text = Snippet.Text(result);
        Assert.Contains("await TaskOnLoop.Delay(1); await TaskOnLoop.Delay(2); await TaskOnLoop.Run(() => 1);", text, StringComparison.Ordinal);
        Assert.Contains("var t = StopwatchOnLoop.GetTimestamp(); StopwatchOnLoop x = new StopwatchOnLoop();", text, StringComparison.Ordinal);
        Assert.Contains("async Later M(StopwatchOnLoop w)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_MemberCalledOnItselfInADerivedClass_IsCalledOnThis()
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(
            """
            using System.Threading;
            class Mine : CancellationTokenSource
            {
                public Mine() : base(5) { }
                public void Soon() => CancelAfter(5);
                public void Sooner() => base.CancelAfter(4);
            }
            """));
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Contains("Soon() => this.CancelAfterOnLoop(5)", Snippet.Text(result), StringComparison.Ordinal);
        Assert.Equal([(4, "new CancellationTokenSource"), (6, "CancellationTokenSource.CancelAfter")], result.Report.Uncontrolled.Select(site => (site.Line, site.Construct)));
    }

    [Theory]
    [InlineData("// a file\nusing System.Threading.Tasks;\nclass C { Task M() =>\n Task.Delay(1); }", 4)]
    [InlineData("#define X\n#if X\nusing System.Threading.Tasks;\n#endif\nclass C { Task M() => Task.Delay(1); }", 5)]
    [InlineData("#define X\n#nullable enable\n/// <summary>C</summary>\nclass C { System.Threading.Tasks.Task M() => System.Threading.Tasks.Task.Delay(1); }", 4)]
    [InlineData("/* a\n   b */ class C { object M() => System.Threading\n  .Tasks. // why\n Task\n.Delay\n(1); }", 5)]
    [InlineData("global using System;\nnamespace N;\nusing System.Threading.Tasks;\nclass C { Task M() => Task.Delay(1); }", 4)]
    [InlineData("extern alias none;\r\nusing System.Threading.Tasks;\r\n[assembly: System.CLSCompliant(false)]\r\nclass C { Task M() => Task.Delay(1); }", 4)]
    [InlineData("System.Threading.Tasks.Task.Delay(1);", 1)]
    public void Rewrite_AnyBeginningOfAFile_KeepsItsLines(string source, int line)
    {
        var compilation = Snippet.Compile(source);
        if (!source.StartsWith("extern", StringComparison.Ordinal) && !source.StartsWith("System", StringComparison.Ordinal))
            Assert.Empty(Snippet.Errors(compilation));
        if (source.StartsWith("System", StringComparison.Ordinal))
            compilation = compilation.WithOptions(compilation.Options.WithOutputKind(Microsoft.CodeAnalysis.OutputKind.ConsoleApplication));
        if (source.StartsWith("extern", StringComparison.Ordinal))
            compilation = compilation.AddReferences(compilation.ToMetadataReference(["none"]));
        Assert.Empty(Snippet.Errors(compilation));
        var result = LoopRewriter.Rewrite(compilation);
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Equal(source.Count(c => c == '\n'), Snippet.Text(result).Count(c => c == '\n'));
        Assert.Equal(new RewrittenSite(Snippet.Path, line, "Task.Delay", "TaskOnLoop.Delay"), Assert.Single(result.Report.Rewritten));
    }

    [Fact]
    public void Rewrite_ProgramThatThrows_StackTraceNamesItsOwnLine()
    {
        var code = "await Task.Delay(1);\nawait Task\n  .Delay(2);\nthrow new InvalidOperationException();";
        var program = Snippet.Program(code);
        var line = program.Split('\n').ToList().FindIndex(text => text.Contains("throw new", StringComparison.Ordinal)) + 1;
        var (report, _) = Snippet.Run(Snippet.Load(LoopRewriter.Rewrite(Snippet.Compile(program)).Compilation));
        Assert.Contains($"{Snippet.Path}:line {line}", report.Error!.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_ChangeThatWouldNotCompile_IsTakenBackAndReported()
    {
        var compilation = Snippet.Compile(Snippet.Program(
            """
            ValueTask<int> value = new(1);
            Func<bool, ConfiguredValueTaskAwaitable<int>> configure = value.ConfigureAwait;
            await Task.Delay(1);
            print(await configure(false));
            """));
        Assert.Empty(Snippet.Errors(compilation));
        var result = LoopRewriter.Rewrite(compilation);
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Equal("Task.Delay", Assert.Single(result.Report.Rewritten).Construct);
        var left = Assert.Single(result.Report.Uncontrolled);
        Assert.Equal("ValueTask.ConfigureAwait", left.Construct);
        Assert.Contains("would not compile", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_LibraryTakesTheReplacedType_NothingOfThatTypeIsReplaced()
    {
        var library = Snippet.Compile("public static class Library { public static void Take(System.Threading.Timer timer) { } }").WithAssemblyName("Library");
        var compilation = Snippet.Compile(Snippet.Program("Timer timer = new(_ => { });\nLibrary.Take(timer);\nawait Task.Delay(1);"))
            .AddReferences(library.ToMetadataReference());
        Assert.Empty(Snippet.Errors(compilation));
        var result = LoopRewriter.Rewrite(compilation);
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Equal(["Task.Delay"], result.Report.Rewritten.Select(site => site.Construct));
        Assert.Contains(result.Report.Uncontrolled, site => site.Construct == "Timer" && site.Reason.Contains("would not compile", StringComparison.Ordinal));
    }

    [Fact]
    public void Rewrite_AuthorsExtensionIsNamedLikeAStandIn_MeansTheOriginalStill()
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(
            "await Task.CompletedTask.WaitAsync(default(CancellationToken));\n---\n} static class Mine { public static Task WaitAsyncOnLoop(this Task task, CancellationToken token) => throw new Exception();")));
        Assert.Contains("await Task.CompletedTask.WaitAsync(", Snippet.Text(result), StringComparison.Ordinal);
        Assert.Contains("'WaitAsyncOnLoop'", Assert.Single(result.Report.Uncontrolled).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_AliasOfATypeMadeOfAReplacedOne_IsReplacedInTheAlias()
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(
            "using Watches = System.Collections.Generic.List<System.Diagnostics.Stopwatch>;\n"
            + Snippet.Program("Watches all = [Stopwatch.StartNew()]; await Task.Delay(5); print(all[0].ElapsedMilliseconds);")));
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Equal("5", Snippet.Run(Snippet.Load(result.Compilation)).Printed);
    }

    [Fact]
    public void Rewrite_AuthorsTypeIsNamedLikeAStandIn_StillCompilesAndMeansTheAuthors()
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program("await Task.Delay(1); TaskOnLoop.Delay(2);\n---\nstatic class TaskOnLoop { public static Task Delay(int i) => throw new Exception(); }")));
        Assert.Empty(Snippet.Errors(result.Compilation));
        Assert.Contains("await Task.Delay(1); TaskOnLoop.Delay(2);", Snippet.Text(result), StringComparison.Ordinal);
        Assert.Contains("name", Assert.Single(result.Report.Uncontrolled).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_CodeThatDoesNotCompile_IsReturnedAsItIs()
    {
        var compilation = Snippet.Compile(Snippet.Program("await Task.Delay(1); await Task.Delay(\"x\"); oops"));
        var result = LoopRewriter.Rewrite(compilation);
        Assert.Same(compilation, result.Compilation);
        Assert.Empty(result.Report.Rewritten);
    }

    [Theory]
    [InlineData("Thread.Sleep(1);", "Thread.Sleep")]
    [InlineData("new Thread(() => { }).Start();", "Thread.Start")]
    [InlineData("Parallel.For(0, 3, i => { });", "Parallel.For")]
    [InlineData("Parallel.Invoke(() => { });", "Parallel.Invoke")]
    [InlineData("print(new[] { 1 }.AsParallel().Sum());", "ParallelEnumerable.AsParallel")]
    [InlineData("Task.WaitAll(Task.CompletedTask);", "Task.WaitAll")]
    [InlineData("using var t = new System.Timers.Timer(5);", "new Timer")]
    [InlineData("print(await System.IO.File.ReadAllTextAsync(\"x\").ConfigureAwait(true));", "File.ReadAllTextAsync")]
    [InlineData("print(await new System.Net.Http.HttpClient().GetStringAsync(\"http://localhost\"));", "new HttpClient")]
    [InlineData("using System.Net.Http.HttpClient client = new(); print(await client.GetAsync(\"http://localhost\"));", "new HttpClient")]
    [InlineData("using var client = new System.Net.Http.HttpClient(new System.Net.Http.SocketsHttpHandler());", "new SocketsHttpHandler")]
    [InlineData("await Task<int>.Factory.StartNew(() => 1);", "Task.Factory")]
    [InlineData("print(Console.ReadLine());", "Console.ReadLine")]
    [InlineData("dynamic d = Task.CompletedTask; await d.WaitAsync(TimeSpan.FromSeconds(1));", "WaitAsync")]
    [InlineData("SynchronizationContext.SetSynchronizationContext(null);", "SynchronizationContext.SetSynchronizationContext")]
    public void Rewrite_WhatCannotBeControlled_IsReportedWithItsLineAndReason(string code, string construct)
    {
        var compilation = Snippet.Compile(Snippet.Program(code));
        Assert.Empty(Snippet.Errors(compilation));
        var report = LoopRewriter.Rewrite(compilation).Report;
        var site = Assert.Single(report.Uncontrolled);
        Assert.Equal((8, construct), (site.Line, site.Construct));
        Assert.StartsWith($"Program.cs(8): {construct}: ", site.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_ProgramWithoutAReferenceToTheLoop_IsGivenOne()
    {
        var compilation = Snippet.Compile("using System.Threading.Tasks; class C { Task M() => Task.Delay(1); }");
        compilation = compilation.WithReferences(compilation.References.Where(reference => !reference.Display!.Contains("StructuredConcurrency", StringComparison.Ordinal)));
        Assert.Empty(Snippet.Errors(compilation));
        Assert.Empty(Snippet.Errors(LoopRewriter.Rewrite(compilation).Compilation));
    }

    [Fact]
    public void StandIns_EachStandsForAMemberThatIs()
    {
        Assert.All(StandIn.All.Keys, id => Assert.True(
            Microsoft.CodeAnalysis.DocumentationCommentId.GetFirstSymbolForDeclarationId(id, Snippet.Compile("")) is not null, $"{id}: there is no such member"));
        Assert.InRange(StandIn.All.Count, 100, 1000);
    }
}
