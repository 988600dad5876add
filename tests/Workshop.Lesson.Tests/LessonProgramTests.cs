using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Tests;

public sealed class LessonProgramTests
{
    [Fact]
    public void RunAsync_Defaults_EndWithTheFiguresOfTheLesson()
    {
        var (lines, stats, report) = Run(new LessonSettings());
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Equal("PROD 1 0.023", lines[0]);
        Assert.Contains("C3 3 9 0.079", lines);
        Assert.Equal(["PROD_CANCEL 0.800", "CANCEL C1 0.800", "CANCEL C2 0.800", "CANCEL C3 0.800", "TIMEOUT 29 28 0.800"], lines[^5..]);
        Assert.Equal([("C1", 10), ("C2", 8), ("C3", 10)], stats!.ByConsumer.Select(pair => (pair.Key, pair.Value)));

        // The one item between 29 and 28 is in somebody's hands: the lesson points at it.
        var inFlight = Assert.Single(report.Log.Events, e => e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Cancelled } && e.TaskName != "PROD");
        Assert.Equal(("C2", "29"), (inFlight.TaskName, inFlight.Item));
    }

    [Fact]
    public void RunAsync_SameSeedTwice_SameBytes() => Assert.Equal(Run(new LessonSettings()).Report.Log.ToJsonLines(), Run(new LessonSettings()).Report.Log.ToJsonLines());

    [Fact]
    public void RunAsync_OtherSeed_OtherLines() => Assert.NotEqual(Run(new LessonSettings()).Lines, Run(new LessonSettings { Seed = 8 }).Lines);

    [Fact]
    public void RunAsync_EnoughTime_EndsWithDoneAndEverySentinelTaken()
    {
        var (lines, stats, _) = Run(new LessonSettings { Deadline = TimeSpan.FromSeconds(5), Items = 10 });
        Assert.StartsWith("DONE 10 10 ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Count(line => line.Contains(" STOP ", StringComparison.Ordinal)));
        Assert.Equal(10, stats!.ByConsumer.Values.Sum());
    }

    [Fact]
    public void RunAsync_EverySeed_CountsAddUpAndNothingIsLeftRunning()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var settings = new LessonSettings { Seed = seed, Capacity = 1 + (int)(seed % 4), Consumers = 1 + (int)(seed % 5) };
            var (_, stats, report) = Run(settings, new RandomPicker(seed));
            Assert.Equal(Outcome.Completed, report.Outcome);
            Assert.Empty(report.Waiting);
            Assert.Equal(0, report.ForeignPosts);
            Assert.Equal(stats!.Consumed, stats.ByConsumer.Values.Sum());
            Assert.InRange(stats.Produced - stats.Consumed, 0, settings.Capacity + settings.Consumers);
        }
    }

    [Fact]
    public void RunAsync_CallerCancels_PrintsTheCountsAndPassesTheCancellationOn()
    {
        var lines = new List<string>();
        var report = EventLoop.Run(async () =>
        {
            var clock = EventLoop.Current!.TimeProvider;
            using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(0.3), clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LessonProgram.RunAsync(new LessonSettings(), new SimulatedWork(1, clock, lines.Add), caller.Token));
        });
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Matches("^CANCELLED [0-9]+ [0-9]+ 0.300$", lines[^1]);
    }

    [Fact]
    public async Task RunAsync_OnTheThreadPool_CountsStayTrue()
    {
        var lines = new List<string>();
        var log = new EventLog();
        var settings = new LessonSettings { Items = 12, Consumers = 4, Deadline = TimeSpan.FromSeconds(60) };
        Stats? stats = null;
        await ScopeTracing.RunAsync(log, async () => stats = await LessonProgram.RunAsync(settings, new SimulatedWork(3, TimeProvider.System, lines.Add)));
        Assert.StartsWith("DONE 12 12 ", lines[^1], StringComparison.Ordinal);
        Assert.Equal((12, 12, 12), (stats!.Produced, stats.Consumed, stats.ByConsumer.Values.Sum()));
        Assert.Equal(12 + 4, log.Events.Count(e => e.Kind == ScopeEventKind.Get));
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(5)]
    public void RunAsync_NobodyReadsOrObserves_RunsTheSameSchedule(double deadline)
    {
        var settings = new LessonSettings { Items = 30, Deadline = TimeSpan.FromSeconds(deadline) };
        for (ulong seed = 0; seed < 50; seed++)
        {
            Stats? stats = null;
            var quiet = EventLoop.Run(
                async () => stats = await LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, print: null)),
                new EventLoopOptions { Seed = settings.Seed, Picker = new RandomPicker(seed), Observe = false });

            var (_, told, report) = Run(settings, new RandomPicker(seed));
            Assert.Equal(report.Fingerprint, quiet.Fingerprint);
            Assert.Equal((told!.Produced, told.Consumed), (stats!.Produced, stats.Consumed));
        }
    }

    [Fact]
    public async Task Print_LineThatNobodyReads_IsNotPutTogether()
    {
        var put = 0;
        var work = new SimulatedWork(1, TimeProvider.System, print: null);
        work.Print($"line {++put}");
        Assert.Equal(0, put);

        var log = new EventLog();
        await ScopeTracing.RunAsync(log, () =>
        {
            work.Print($"line {++put}");
            return Task.CompletedTask;
        });
        Assert.StartsWith("line 1 ", Assert.Single(log.Events).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_FormatsInTheLine_AreObeyed()
    {
        var (lines, item) = (new List<string>(), new Item(7, 49));
        EventLoop.Run(async () =>
        {
            var work = new SimulatedWork(1, EventLoop.Current!.TimeProvider, lines.Add);
            work.Print($"{item,3}|{item.Payload:0.0}|{item.Id,-3:00}|{await Task.FromResult("awaited")}");
        });
        Assert.Equal(["  7|49.0|07 |awaited 0.000"], lines);
    }

    private static (List<string> Lines, Stats? Stats, RunReport Report) Run(LessonSettings settings, ISchedulePicker? picker = null)
    {
        var lines = new List<string>();
        Stats? stats = null;
        var report = EventLoop.Run(
            async () => stats = await LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, lines.Add)),
            new EventLoopOptions { Seed = settings.Seed, Picker = picker });
        return (lines, stats, report);
    }
}
