using Checks;
using StructuredConcurrency.Simulation.Rewriting;

namespace Grader.Tests;

/// <summary>Answers in C# that knows nothing of the event loop: what the runtime offers is judged like what the kit offers.</summary>
public sealed class OrdinaryCodeTests : IDisposable
{
    private const string Closing = """
                    await taking.ConfigureAwait(false);
                    await feeding.Completion.WaitAsync(group.Token);
                    await tray.JoinAsync(group.Token);
        """;

    private static readonly ExerciseInfo s_exercise = Exercises.Find("03")!;
    private readonly string _folder = Directory.CreateTempSubdirectory("grader-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CheckAsync_RightAnswerOfTheRuntimesOwnMeans_PassesUnderControl()
    {
        var report = await CheckAsync(Answer(Closing), schedules: 100);

        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
        Assert.Equal((300, 0, true), (report.Runs, report.ForeignPosts, report.FullyControlled));
        Assert.Empty(report.Uncontrolled);
    }

    [Fact]
    public async Task CheckAsync_WrongAnswerOfTheRuntimesOwnMeans_IsFoundAndRepeats()
    {
        // Long enough for the plain order of every morning but the slow ones.
        var report = await CheckAsync(Answer("""
                    await taking.ConfigureAwait(false);
                    await feeding.Completion;
                    await Task.Delay(75).ConfigureAwait(false);
        """), schedules: 100);

        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal("EveryOrderTakenIsProcessed", report.FirstFailure?.Name);
        Assert.True(report.FullyControlled, report.ToJson());

        var failing = report.Failing!;
        var again = await CheckAsync(Answer("""
                    await taking.ConfigureAwait(false);
                    await feeding.Completion;
                    await Task.Delay(75).ConfigureAwait(false);
        """), schedules: 1, failing.Seed);
        var repeated = Assert.Single(again.Checks, check => check.Name == report.FirstFailure!.Name);
        Assert.Equal(failing.Scenario, repeated.Run!.Scenario);
        Assert.Equal(failing.Log.ToJsonLines(), repeated.Run.Log.ToJsonLines());
    }

    [Fact]
    public async Task CheckAsync_ThreadOfItsOwn_NamesTheLineAndWhatToUseInstead()
    {
        var report = await CheckAsync(Program("""
            await Task.Delay(5);
            var thread = new Thread(() => { });
            thread.Start();
            """));

        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.False(report.FullyControlled);
        var site = Assert.Single(report.Uncontrolled);
        Assert.Equal(("Thread.Start", 7), (site.Construct, site.Line));
        Assert.Contains("use 'Task.Run', or a child of a task group", site.Reason, StringComparison.Ordinal);
        Assert.EndsWith("Line 7 (Thread.Start) is beyond the event loop's control.", report.Summary, StringComparison.Ordinal);
        Assert.Contains("Answer.cs:7", ReasonOf(report, "TheGroupEndsQuietly").WhereToLook, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_ThreadPutToSleep_NamesTheLineAndWhatToUseInstead()
    {
        var report = await CheckAsync(Program("""
            await Task.Run(() => shop.Say("soon")).ConfigureAwait(
                false); Thread.Sleep(10);
            System.Threading.Thread.Sleep(TimeSpan.FromSeconds(1));
            """));

        Assert.Equal([("Thread.Sleep", 6), ("Thread.Sleep", 7)], report.Uncontrolled.Select(site => (site.Construct, site.Line)));
        Assert.EndsWith("Line 6 (Thread.Sleep) and 1 more place are beyond the event loop's control.", report.Summary, StringComparison.Ordinal);
        var reason = ReasonOf(report, "TheGroupEndsQuietly");
        Assert.Contains("use 'await Task.Delay(time, token)'", reason.Happened, StringComparison.Ordinal);
        Assert.Contains("Answer.cs:6", reason.WhereToLook, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_WaitsForTheWorldOutside_IsNotUnderControlWhateverTheVerdict()
    {
        var report = await CheckAsync(Answer(Closing + """

                    await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Workshop.Lesson.dll"));
        """));

        Assert.False(report.FullyControlled);
        Assert.Equal("File.ReadAllTextAsync", Assert.Single(report.Uncontrolled).Construct);
    }

    [Fact]
    public async Task CheckAsync_CompileErrorBesideARewrittenCall_NamesTheLearnersOwnColumn()
    {
        var report = await CheckAsync(Program("await Task.Delay(1); await Task.Run(nothing);"));

        var error = Assert.Single(report.Diagnostics);
        Assert.Equal(("CS0103", 5, 45), (error.Code, error.Line, error.Column));
    }

    [Fact]
    public async Task ToJson_UncontrolledCode_IsListed()
    {
        var report = await CheckAsync(Program("Thread.Sleep(1);"));

        using var json = System.Text.Json.JsonDocument.Parse(report.ToJson());
        var site = json.RootElement.GetProperty("uncontrolled")[0];
        Assert.Equal((5, "Thread.Sleep"), (site.GetProperty("line").GetInt32(), site.GetProperty("construct").GetString()));
        Assert.Equal(report.Uncontrolled, [new UncontrolledSite(report.File, 5, "Thread.Sleep", site.GetProperty("reason").GetString()!)]);
    }

    private static CheckReason ReasonOf(CheckReport report, string check) => Assert.Single(report.Checks, c => c.Name == check).Reason!;

    /// <summary>Orders go through a channel to the tray; a semaphore lets one press after the other take; nothing knows of the shop's clock.</summary>
    private static string Answer(string closing) => $$"""
        using System.Threading.Channels;

        public static class JoinTheQueue
        {
            public static async Task RunAsync(PrintShop shop, CancellationToken token)
            {
                var tray = new JoinableQueue<Order>(shop.TraySize) { Name = "tray" };
                var arrivals = Channel.CreateUnbounded<Order>();
                using var turn = new SemaphoreSlim(1);
                await TaskGroup.RunAsync(async group =>
                {
                    var taking = Task.Run(async () =>
                    {
                        for (var number = 1; number <= shop.OrderCount; number++)
                        {
                            var order = await shop.ReceiveOrderAsync(number, group.Token).ConfigureAwait(false);
                            await Task.Delay(2);
                            await arrivals.Writer.WriteAsync(order, group.Token).ConfigureAwait(false);
                        }

                        arrivals.Writer.Complete();
                    }, group.Token);
                    var feeding = group.Start(async t =>
                    {
                        await foreach (var order in arrivals.Reader.ReadAllAsync(t).ConfigureAwait(false))
                            await tray.PutAsync(order, t).ConfigureAwait(false);
                    }, "counter");
                    for (var i = 1; i <= shop.PressCount; i++)
                        group.Start(t => PrintAsync(shop, tray, turn, t), $"press {i}");
        {{closing}}
                    group.Cancel("closing time");
                }, token).ConfigureAwait(false);
            }

            private static async Task PrintAsync(PrintShop shop, JoinableQueue<Order> tray, SemaphoreSlim turn, CancellationToken token)
            {
                while (true)
                {
                    Order order;
                    await turn.WaitAsync(token).ConfigureAwait(false);
                    try
                    {
                        order = await tray.GetAsync(token).ConfigureAwait(false);
                    }
                    finally
                    {
                        turn.Release();
                    }

                    try
                    {
                        await shop.PrintAsync(order, token);
                    }
                    catch (BrokenOrderException)
                    {
                        shop.Refund(order);
                    }
                    finally
                    {
                        tray.MarkDone();
                    }
                }
            }
        }
        """;

    private static string Program(string statements) => $$"""
        public static class JoinTheQueue
        {
            public static async Task RunAsync(PrintShop shop, CancellationToken token)
            {
                {{statements}}
            }
        }
        """;

    private Task<CheckReport> CheckAsync(string source, int schedules = 5, ulong seed = 0)
    {
        var file = Path.Combine(_folder, "Answer.cs");
        File.WriteAllText(file, source);
        return ExerciseGrader.CheckAsync(s_exercise, new CheckOptions { File = file, Schedules = schedules, Seed = seed, TimeLimit = TimeSpan.FromSeconds(30) });
    }
}
