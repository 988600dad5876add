using Checks;

namespace Grader.Tests;

/// <summary>Files that no exercise foresees: each must come to its verdict, and the call must return.</summary>
public sealed class CheckTests : IDisposable
{
    private static readonly ExerciseInfo s_exercise = Exercises.Find("03")!;
    private readonly string _folder = Directory.CreateTempSubdirectory("grader-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CheckAsync_AnswerThatCountsItsRunsInAStatic_BeginsAnewInEachSituation()
    {
        var right = await File.ReadAllTextAsync(Path.Combine(Repository.FindRoot(), "solutions", s_exercise.Slug, "Solution.cs"));
        var report = await CheckAsync(right.Replace(
            "        var tray = new Joinable",
            """
                    if (++s_runs > 5)
                        throw new InvalidOperationException("the runs of another situation are still in here");
                    var tray = new Joinable
            """,
            StringComparison.Ordinal).Replace("public static class JoinTheQueue\n{", "public static class JoinTheQueue\n{\n    private static int s_runs;\n", StringComparison.Ordinal));
        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
        Assert.Equal(15, report.Runs);
    }

    [Theory]
    [InlineData("KeepWatchAsync(harbour, token),", "TheWatchEnds", 66)]
    [InlineData("MoveShipsAsync(harbour, token),", "MovingShipsEnds", 67)]
    public async Task CheckAsync_OneOfThreeProgramsEndsTheProcess_OthersAreRunAndJudged(string call, string check, int points)
    {
        var exercise = Exercises.Find("06")!;
        var right = await File.ReadAllTextAsync(Path.Combine(Repository.FindRoot(), "solutions", exercise.Slug, "Solution.cs"));
        var path = Path.Combine(_folder, "Programs.cs");
        await File.WriteAllTextAsync(path, right.Replace(call, "DeepAsync(harbour, token),", StringComparison.Ordinal).Replace(
            "    private static async Task UnloadAsync(", "    private static Task DeepAsync(Harbour harbour, CancellationToken token) => Task.WhenAll(DeepAsync(harbour, token));\n\n    private static async Task UnloadAsync(", StringComparison.Ordinal));

        var report = await ExerciseGrader.CheckAsync(exercise, new CheckOptions { File = path, Schedules = 5, TimeLimit = TimeSpan.FromSeconds(60) });

        Assert.Equal((Verdict.Crash, check, points), (report.Verdict, report.FirstFailure?.Name, report.Points));
        Assert.Equal(4 * 5, report.Runs);
    }

    [Fact]
    public async Task CheckAsync_EveryProgramEndsTheProcess_EachIsChargedWithItsOwnEnd()
    {
        var exercise = Exercises.Find("06")!;
        var path = Path.Combine(_folder, "Programs.cs");
        await File.WriteAllTextAsync(path, """
            public static class DebugTheHang
            {
                public static Task RunAsync(Harbour harbour, CancellationToken token) => Task.WhenAll(RunAsync(harbour, token));
            }
            """);

        var report = await ExerciseGrader.CheckAsync(exercise, new CheckOptions { File = path, Schedules = 5, TimeLimit = TimeSpan.FromSeconds(60) });

        Assert.Equal(["UnloadingEnds", "TheWatchEnds", "MovingShipsEnds"], report.Checks.Where(result => result.Verdict == Verdict.Crash).Select(result => result.Name));
        Assert.All(report.Checks, result => Assert.Equal(0, result.Points));
    }

    [Fact]
    public async Task CheckAsync_OnlyCommentsAndSpacesChanged_IsNotStarted()
    {
        var report = await CheckAsync("// I will begin tomorrow\r\n" + s_exercise.Stub.Replace("// TODO 3", "   // done?", StringComparison.Ordinal) + "\n\n");

        Assert.Equal(Verdict.NotStarted, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_StatementAdded_IsStarted()
    {
        var report = await CheckAsync(s_exercise.Stub.Replace("// TODO 3", "group.Cancel(); // TODO 3", StringComparison.Ordinal));

        Assert.Equal(Verdict.Fail, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_CompileError_NamesTheLearnersOwnLine()
    {
        var report = await CheckAsync("""
            public static class JoinTheQueue
            {
                public static Task RunAsync(PrintShop shop, CancellationToken token)
                {
                    return shop.Nonsense()
                }
            }
            """);

        Assert.Equal(Verdict.BuildError, report.Verdict);
        var error = report.Diagnostics[0];
        Assert.Equal(("CS1002", 5), (error.Code, error.Line));
        Assert.Equal("A ';' is missing at the end of the statement.", error.Sentence);
        Assert.EndsWith("Answer.cs", error.File, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("await Task.Delayed(1);", "CS0117", "'Task' has no member called 'Delayed'.")]
    [InlineData("nothing();", "CS0103", "Nothing called 'nothing' is known here: is it spelt right, and declared inside a block that this line belongs to?")]
    [InlineData("shop.Say(1);", "CS1503", "Argument 1 must be 'string', but is 'int'.")]
    [InlineData("Action a = () => await Task.Yield();", "CS4034", "'await' may only stand in a lambda that is marked 'async': write 'async' in front of its parameters.")]
    [InlineData("shop.Print();", "CS1061", "'PrintShop' has no member called 'Print'.")]
    public async Task CheckAsync_CommonCompileError_IsSaidInPlainWords(string statement, string code, string sentence)
    {
        var report = await CheckAsync(Program(statement));

        var error = Assert.Single(report.Diagnostics);
        Assert.Equal((code, sentence), (error.Code, error.Sentence));
    }

    [Fact]
    public async Task CheckAsync_SignatureChanged_SaysWhatTheChecksCall()
    {
        var report = await CheckAsync("public static class JoinTheQueue { public static void RunAsync() { } }");

        Assert.Equal(Verdict.BuildError, report.Verdict);
        Assert.Contains("public static Task RunAsync(PrintShop, CancellationToken)", Assert.Single(report.Diagnostics).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public static Task RunAsync<T>(PrintShop shop, CancellationToken token)")]
    [InlineData("public static Task RunAsync(in PrintShop shop, CancellationToken token)")]
    public async Task CheckAsync_MethodThatCannotBeCalled_SaysWhatTheChecksCall(string signature)
    {
        var report = await CheckAsync($"public static class JoinTheQueue {{ {signature} => Task.CompletedTask; }}");

        Assert.Equal("SC0001", Assert.Single(report.Diagnostics).Code);
    }

    [Fact]
    public async Task CheckAsync_BracketsWithoutEnd_DoesNotEndTheGrader()
    {
        var report = await CheckAsync(Program($"var x = {new string('(', 20_000)}1{new string(')', 20_000)};"));

        var error = Assert.Single(report.Diagnostics);
        Assert.Equal(("SC0003", 5), (error.Code, error.Line));
        Assert.Equal("Here are more than 200 brackets open: are some never closed?", error.Sentence);
    }

    [Fact]
    public async Task CheckAsync_OperatorsWithoutEnd_DoesNotEndTheGrader()
    {
        var report = await CheckAsync(Program($"var x = {new string('!', 30_000)}1;"));

        Assert.Equal(Verdict.BuildError, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_FileOfMegabytes_IsNotEvenRead()
    {
        var report = await CheckAsync(new string('x', 5_000_000));

        var error = Assert.Single(report.Diagnostics);
        Assert.Equal("The file is 5000 kB long, and an answer needs a few: is it the right file?", error.Sentence);
    }

    [Fact]
    public async Task CheckAsync_NoText_ShowsTheFirstErrorsOnly()
    {
        var report = await CheckAsync(new string('\0', 1_000));

        Assert.Equal(10, report.Diagnostics.Count);
        Assert.EndsWith(", of which the first 10 are shown.", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_MemoryUsedUp_IsTheProgramsFault()
    {
        var report = await CheckAsync(Program("var kept = new List<int[]>(); while (true) kept.Add(new int[1_000_000]);"));

        Assert.Equal(Verdict.Crash, report.Verdict);
        Assert.Contains("used up all the memory", report.FirstFailure!.Reason!.Happened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_StaticConstructorThrows_NamesItsError()
    {
        var report = await CheckAsync(Program("await Task.CompletedTask; } static JoinTheQueue() { throw new FormatException(\"no price list\");"));

        var check = Assert.Single(report.Checks, check => check.Name == "TheGroupEndsQuietly");
        Assert.Equal("RunAsync ended with FormatException: no price list", check.Reason!.Happened);
        Assert.Contains("Answer.cs:5", check.Reason.WhereToLook, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_CancellationSwallowedInALoop_SaysSo()
    {
        var report = await CheckAsync(
            Program("""
                var tray = new JoinableQueue<Order>();
                await TaskGroup.RunAsync(async group =>
                {
                    group.Start(async t => { while (true) try { await tray.GetAsync(t); } catch (OperationCanceledException) { } });
                    await shop.ReceiveOrderAsync(1, token);
                    group.Cancel();
                });
                """),
            timeLimit: TimeSpan.FromSeconds(4));

        Assert.Equal(Verdict.Timeout, report.Verdict);
        Assert.Contains("cancellation that is swallowed", report.FirstFailure!.Reason!.Misconception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_EndlessLoopWithoutAwait_TimesOutAndSaysWhere()
    {
        var report = await CheckAsync(
            Program("""
                await shop.ReceiveOrderAsync(1, token);
                while (true) { }
                """),
            timeLimit: TimeSpan.FromSeconds(4));

        Assert.Equal(Verdict.Timeout, report.Verdict);
        var check = report.FirstFailure!;
        Assert.Equal("TheRunEnds", check.Name);
        Assert.Contains("endless loop without an await", check.Reason!.Misconception, StringComparison.Ordinal);
        Assert.Contains("seed 0; the last thing it did: 'main' ended its work on make 1", check.Reason.Happened, StringComparison.Ordinal);
        Assert.Equal(0, report.Points);
    }

    [Fact]
    public async Task CheckAsync_EndlessLoopThatPrints_TimesOut()
    {
        var report = await CheckAsync(Program("while (true) Console.WriteLine(\"again\");"), timeLimit: TimeSpan.FromSeconds(1));

        Assert.Equal(Verdict.Timeout, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_EndlessLoopThatAwaits_MeetsTheStepLimit()
    {
        var report = await CheckAsync(Program("while (true) await Task.Yield();"));

        Assert.Equal(Verdict.StepLimit, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_EndlessPollingOnTheClock_MeetsTheStepLimit()
    {
        var report = await CheckAsync(Program("while (true) await Task.Delay(TimeSpan.FromMinutes(1), shop.Clock, token);"));

        Assert.Equal(Verdict.StepLimit, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_ThreadBlocked_SaysSo()
    {
        var report = await CheckAsync(Program("shop.ReceiveOrderAsync(1, token).Wait();"));

        Assert.Equal(Verdict.BlockedThread, report.Verdict);
        Assert.Contains("Answer.cs:5", report.FirstFailure!.Reason!.Happened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_StackOverflow_IsACrash()
    {
        var report = await CheckAsync(Program("await Again(0); static Task Again(int n) => n < 0 ? Task.CompletedTask : Task.WhenAll(Again(n + 1));"));

        Assert.Equal(Verdict.Crash, report.Verdict);
        Assert.Contains("Stack overflow", report.FirstFailure!.Reason!.Happened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_ProcessKilled_IsACrash()
    {
        var report = await CheckAsync(Program("System.Diagnostics.Process.GetCurrentProcess().Kill();"));

        Assert.Equal(Verdict.Crash, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_FailFast_IsACrash()
    {
        var report = await CheckAsync(Program("Environment.FailFast(\"enough\");"));

        Assert.Equal(Verdict.Crash, report.Verdict);
        Assert.Contains("enough", report.FirstFailure!.Reason!.Happened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_DoesNothing_EarnsNextToNothing()
    {
        var report = await CheckAsync(Program("await Task.CompletedTask;"));

        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal("JoinWaitsUntilEverythingWasPut", report.FirstFailure?.Name);
        Assert.Equal("Not judged yet: no order was taken out of the tray.", report.Checks.First(check => check.Verdict == Verdict.Skipped).Reason?.Happened);
        Assert.InRange(report.Points, 0, 20);
    }

    [Theory]
    [InlineData("Console.WriteLine(\"PASS\"); Environment.Exit(0);", Verdict.Crash)]
    [InlineData("Console.WriteLine(\"PASS\");", Verdict.Fail)]
    public async Task CheckAsync_PrintsPass_DoesNotPass(string statements, Verdict verdict)
    {
        var report = await CheckAsync(Program(statements));

        Assert.Equal(verdict, report.Verdict);
        Assert.True(report.Points < report.MaxPoints);
    }

    [Fact]
    public async Task CheckAsync_ExitInTheMiddleOfARightAnswer_EarnsNothing()
    {
        var right = await File.ReadAllTextAsync(Path.Combine(Repository.FindRoot(), "solutions", s_exercise.Slug, "Solution.cs"));

        var report = await CheckAsync(right.Replace("shop.Refund(order);", "Environment.Exit(0);", StringComparison.Ordinal));

        Assert.Equal(Verdict.Crash, report.Verdict);
        Assert.Contains("'one broken order', seed 0", report.FirstFailure!.Reason!.Happened, StringComparison.Ordinal);
        Assert.Equal(0, report.Points);
    }

    [Fact]
    public async Task CheckAsync_ErrorInTheProgram_NamesTheLearnersLine()
    {
        var report = await CheckAsync(Program("throw new InvalidOperationException(\"no paper\");"));

        var check = Assert.Single(report.Checks, check => check.Name == "TheGroupEndsQuietly");
        Assert.Equal("RunAsync ended with InvalidOperationException: no paper", check.Reason!.Happened);
        Assert.Contains("Answer.cs:5", check.Reason.WhereToLook, StringComparison.Ordinal);
        Assert.Equal("TheGroupEndsQuietly", report.FirstFailure?.Name);
    }

    [Fact]
    public async Task CheckAsync_LibraryThatLeavesTheLoop_IsLabelledAsNotFullyControlled()
    {
        var report = await CheckAsync(Program("""
            var block = new System.Threading.Tasks.Dataflow.ActionBlock<int>(n => { });
            block.Complete();
            await block.Completion;
            """));

        Assert.False(report.FullyControlled);
        Assert.InRange(report.ForeignPosts, 1, int.MaxValue);
        Assert.Empty(report.Uncontrolled);
    }

    [Fact]
    public async Task CheckAsync_Output_IsKeptWithinBounds()
    {
        var report = await CheckAsync(Program("for (var i = 0; i < 100_000; i++) Console.WriteLine($\"line {i}\");"));

        Assert.StartsWith("line 0", report.Output, StringComparison.Ordinal);
        Assert.InRange(report.Output.Length, 1_000, 10_000);
    }

    [Fact]
    public async Task CheckAsync_FileMissing_SaysSoInOneLine()
    {
        var missing = Path.Combine(_folder, "Missing.cs");

        var error = await Assert.ThrowsAsync<GraderInputException>(() => ExerciseGrader.CheckAsync(s_exercise, new CheckOptions { File = missing }));

        Assert.StartsWith(missing, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task CheckAsync_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var check = CheckAsync(Program("while (true) { }"), cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    [Fact]
    public async Task ToJson_FailingReport_IsOneDocumentWithoutTheLog()
    {
        var report = await CheckAsync(Program("await Task.CompletedTask;"));

        using var json = System.Text.Json.JsonDocument.Parse(report.ToJson());
        Assert.Equal("fail", json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(8, json.RootElement.GetProperty("checks").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("failing").GetProperty("seed").GetInt32());
        Assert.False(json.RootElement.GetProperty("failing").TryGetProperty("log", out _));
    }

    private static string Program(string statements) => $$"""
        public static class JoinTheQueue
        {
            public static async Task RunAsync(PrintShop shop, CancellationToken token)
            {
                {{statements}}
            }
        }
        """;

    private Task<CheckReport> CheckAsync(string source, TimeSpan? timeLimit = null, CancellationToken cancellationToken = default)
    {
        var file = Path.Combine(_folder, "Answer.cs");
        File.WriteAllText(file, source);
        return ExerciseGrader.CheckAsync(
            s_exercise, new CheckOptions { File = file, Schedules = 5, TimeLimit = timeLimit ?? TimeSpan.FromSeconds(30) }, cancellationToken);
    }
}
