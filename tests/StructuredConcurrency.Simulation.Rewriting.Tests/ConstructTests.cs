namespace StructuredConcurrency.Simulation.Rewriting.Tests;

/// <summary>Every construct, in a program that is run as it stands and rewritten.</summary>
public sealed class ConstructTests
{
    public static TheoryData<string> Stay => Named(Fate.Stays);

    public static TheoryData<string> Escape => Named(Fate.Escapes);

    public static TheoryData<string> AreRefused => Named(Fate.Refused);

    [Theory]
    [MemberData(nameof(Stay))]
    public void ConstructThatStays_AsItStands_IsControlled(string name)
    {
        var construct = Named(name);
        AssertControlled(construct, Snippet.Load(Snippet.Compile(Snippet.Program(construct.Code))));
    }

    [Theory]
    [MemberData(nameof(Stay))]
    public void ConstructThatStays_Rewritten_IsControlled(string name)
    {
        var construct = Named(name);
        AssertControlled(construct, Snippet.Load(LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(construct.Code))).Compilation));
    }

    [Theory]
    [MemberData(nameof(Escape))]
    [MemberData(nameof(AreRefused))]
    public void ConstructThatEscapes_AsItStands_IsNotControlled(string name)
    {
        var construct = Named(name);
        var main = Snippet.Load(Snippet.Compile(Snippet.Program(construct.Code)));

        // Leaving the loop is a matter of chance: the pool may be back before anybody waits for it. One of many runs shows it.
        Assert.Contains(Enumerable.Range(0, 100), _ =>
        {
            var (one, printed) = Snippet.Run(main);
            var (_, printedAgain) = Snippet.Run(main);
            return !IsControlled(construct, one, printed) || printed != printedAgain;
        });
    }

    [Theory]
    [MemberData(nameof(Escape))]
    public void ConstructThatEscapes_Rewritten_IsControlled(string name)
    {
        var construct = Named(name);
        var result = LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(construct.Code)));
        Assert.NotEmpty(result.Report.Rewritten);
        Assert.Empty(result.Report.Uncontrolled);
        AssertControlled(construct, Snippet.Load(result.Compilation));
    }

    [Theory]
    [MemberData(nameof(AreRefused))]
    public void ConstructThatIsRefused_Rewritten_SaysWhatToUseInstead(string name)
    {
        var result = LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(Named(name).Code)));
        Assert.Contains("use '", Assert.Single(result.Report.Uncontrolled).Reason, StringComparison.Ordinal);
        var (report, _) = Snippet.Run(Snippet.Load(result.Compilation));
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.Contains("use '", Assert.IsType<StandIns.UncontrollableException>(report.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_WithMostOfThem_TwoHundredSeedsTwiceEach_SameScheduleAndSameOutput()
    {
        const string Code = """
            using var gate = new SemaphoreSlim(1);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var channel = Channel.CreateBounded<int>(2);
            var watch = Stopwatch.StartNew();
            var producer = Task.Run(async () =>
            {
                for (var i = 0; i < 6; i++)
                {
                    await Task.Delay(Random.Shared.Next(1, 10));
                    await channel.Writer.WriteAsync(i, deadline.Token).ConfigureAwait(false);
                }
                channel.Writer.Complete();
            });
            var consumers = Enumerable.Range(0, 3).Select(n => Task.Run(async () =>
            {
                await foreach (var item in channel.Reader.ReadAllAsync(deadline.Token).ConfigureAwait(false))
                {
                    await gate.WaitAsync(deadline.Token);
                    try { await Task.Delay(3, deadline.Token); print($"{n}:{item}@{watch.ElapsedMilliseconds}"); }
                    finally { gate.Release(); }
                }
                return n;
            })).ToList();
            await foreach (var consumer in Task.WhenEach(consumers)) print(await consumer);
            await Parallel.ForEachAsync([1, 2, 3], deadline.Token, async (i, token) => { await Task.Yield(); print(i); });
            await producer.WaitAsync(TimeSpan.FromSeconds(1));
            print(Guid.NewGuid());
            await deadline.CancelAsync();
            """;
        var main = Snippet.Load(LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(Code))).Compilation);
        var schedules = new HashSet<ulong>();
        for (var seed = 0UL; seed < 200; seed++)
        {
            var (one, printed) = Snippet.Run(main, Options());
            var (other, printedAgain) = Snippet.Run(main, Options());
            Assert.True(one.Outcome == Outcome.Completed, one.ToString());
            Assert.Equal(0, one.ForeignPosts + other.ForeignPosts);
            Assert.Equal(one.Fingerprint, other.Fingerprint);
            Assert.Equal(printed, printedAgain);
            schedules.Add(one.Fingerprint);

            EventLoopOptions Options() => new() { Seed = seed, Picker = new RandomPicker(seed), TimerJitter = TimeSpan.FromMilliseconds(1) };
        }

        Assert.True(schedules.Count > 190, $"{schedules.Count} schedules");
    }

    [Fact]
    public void Program_WaitingForASemaphore_TellsOfTheWaitUnderTheWaitingTasksName()
    {
        const string Code = """
            using var gate = new SemaphoreSlim(0);
            using var late = new CancellationTokenSource(30);
            await StructuredConcurrency.TaskGroup.RunAsync(group =>
            {
                group.Start(token => gate.WaitAsync(token), "let in");
                group.Start(_ => gate.WaitAsync(20), "too late");
                group.Start(async _ => { try { await gate.WaitAsync(late.Token); } catch (OperationCanceledException) { } }, "called off");
                group.Start(async token => { await Task.Delay(10, token); gate.Release(); }, "doorkeeper");
                return Task.CompletedTask;
            });
            """;

        var (report, _) = Snippet.Run(Snippet.Load(LoopRewriter.Rewrite(Snippet.Compile(Snippet.Program(Code))).Compilation));

        Assert.True(report.Outcome == Outcome.Completed, report.ToString());
        var waits = report.Log.Events.Where(e => e.Wait == ScopeWait.Signal).ToList();
        Assert.Equal(["called off", "let in", "too late"], waits.Where(e => e.Kind == ScopeEventKind.WaitStarted).Select(e => e.TaskName!).Order(StringComparer.Ordinal));
        Assert.Equal(
            [("let in", ScopeOutcome.Succeeded, 10.0), ("too late", ScopeOutcome.TimedOut, 20.0), ("called off", ScopeOutcome.Cancelled, 30.0)],
            waits.Where(e => e.Kind == ScopeEventKind.WaitEnded).Select(e => (e.TaskName!, e.Outcome!.Value, e.Time.TotalMilliseconds)));
    }

    private static void AssertControlled(Construct construct, Func<Action<object?>, Task> main)
    {
        var (report, printed) = Snippet.Run(main);
        Assert.True(IsControlled(construct, report, printed), $"{report}; {report.ForeignPosts} foreign posts; printed '{printed}'; {report.Error}");
        var (again, printedAgain) = Snippet.Run(main);
        Assert.Equal(printed, printedAgain);
        Assert.Equal(report.Fingerprint, again.Fingerprint);
    }

    private static bool IsControlled(Construct construct, RunReport report, string printed) =>
        report.Outcome == Outcome.Completed && report.ForeignPosts == 0
        && (construct.Prints is null || construct.Prints == printed) && report.VirtualElapsed == TimeSpan.FromSeconds(construct.Seconds);

    private static Construct Named(string name) => Construct.All.Single(construct => construct.Name == name);

    private static TheoryData<string> Named(Fate fate) => [.. Construct.All.Where(construct => construct.Fate == fate).Select(construct => construct.Name)];
}
