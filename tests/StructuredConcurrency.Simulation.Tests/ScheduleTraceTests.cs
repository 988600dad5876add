namespace StructuredConcurrency.Simulation.Tests;

public sealed class ScheduleTraceTests
{
    [Theory]
    [InlineData(0UL, 0, new byte[0])]
    [InlineData(42UL, 5_000, new byte[] { 0, 1, 0, 0, 2 })]
    [InlineData(ulong.MaxValue, 1, new byte[] { 35, 36, 255, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 1 })]
    public void Parse_TextOfATrace_GivesTheTraceBack(ulong seed, long jitter, byte[] choices)
    {
        var trace = new ScheduleTrace(seed, TimeSpan.FromTicks(jitter), choices, "1a2b3c4d-9f3a");
        Assert.Equal(trace, ScheduleTrace.Parse($"  {trace}\n"));
        Assert.Equal("1a2b3c4d-9f3a", ScheduleTrace.Parse(trace.ToString()).Code);
        Assert.Matches("^[0-9a-z._-]+$", trace.ToString());
        Assert.Equal(choices, trace.Choices.ToArray());
    }

    [Fact]
    public void Parse_RandomTraces_ComeBackAsTheyWere()
    {
        var random = new SplitMix64(3);
        for (var i = 0; i < 2_000; i++)
        {
            var choices = new byte[random.Next(60)];
            for (var c = 0; c < choices.Length; c++)
                choices[c] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(2));
            var trace = new ScheduleTrace(random.NextUInt64(), TimeSpan.FromTicks(random.Next(int.MaxValue)), choices);
            Assert.Equal(trace, ScheduleTrace.Parse(trace.ToString()));
        }
    }

    [Fact]
    public void Replay_WithALogOfOnesOwn_FillsItAndTellsTheRunStepByStep()
    {
        var first = EventLoop.Run(TwoTasksAsync, new EventLoopOptions { Picker = new RandomPicker(4) });
        var log = new EventLog();

        var again = EventLoop.Replay(TwoTasksAsync, first.Trace, new EventLoopOptions { Log = log, Seed = 99, MaxSteps = 1_000 });

        Assert.Null(first.Table);
        Assert.Matches("time +│ main +│ a +│ b", again.Table);
        Assert.Equal(first.Log.ToJsonLines(), log.ToJsonLines());
        Assert.Equal(first.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void Replay_TableCutNearALoopThatPolls_BeginsWithWhatComesAgain()
    {
        var cutThere = 0;
        for (var after = 100; after < 130; after++)
        {
            async Task PollAndGoOnAsync()
            {
                for (var i = 0; i < 50; i++)
                    await Task.Delay(TimeSpan.FromMilliseconds(1), EventLoop.Current!.TimeProvider);
                for (var i = 0; i < after; i++)
                {
                    ScopeTracing.Mark($"mark {i}");
                    await Task.Yield();
                }
            }

            var rows = EventLoop.Replay(PollAndGoOnAsync, EventLoop.Run(PollAndGoOnAsync).Trace).Table!.Split('\n');
            var fold = Array.FindIndex(rows, row => row.Contains("times more", StringComparison.Ordinal));
            if (fold < 0 || !rows[0].EndsWith("steps before these are left out)", StringComparison.Ordinal))
                continue;
            cutThere++;
            Assert.Contains("await Task.Delay", string.Concat(rows[3..fold]), StringComparison.Ordinal); // below the head, above how often it comes again
        }

        Assert.InRange(cutThere, 1, 3);
    }

    [Fact]
    public void Replay_LoopThatPolls_IsInTheTableOnceWithHowOftenItCame()
    {
        var table = EventLoop.Replay(PollAsync, EventLoop.Run(PollAsync).Trace).Table!;
        Assert.Matches(@"\(these \d steps come \d\d times more, until 0\.\d{3}\)", table);
        Assert.Contains("work is begun", table, StringComparison.Ordinal); // what came before and after it
        Assert.Contains("it is done", table, StringComparison.Ordinal);
        Assert.InRange(table.Count('\n'), 8, 40); // and not the 200 rows of fifty looks

        static async Task PollAsync()
        {
            var clock = EventLoop.Current!.TimeProvider;
            ScopeTracing.Line("work is begun");
            var work = Task.Delay(TimeSpan.FromMilliseconds(55), clock);
            while (!work.IsCompleted)
                await Task.Delay(TimeSpan.FromMilliseconds(1), clock);
            ScopeTracing.Line("it is done");
        }
    }

    [Fact]
    public void Replay_LimitOfSteps_IsObeyed() =>
        Assert.Equal(Outcome.StepLimit, EventLoop.Replay(TwoTasksAsync, new ScheduleTrace(0, TimeSpan.Zero, []), new EventLoopOptions { MaxSteps = 3 }).Outcome);

    private static Task TwoTasksAsync() => TaskGroup.RunAsync(async group =>
    {
        foreach (var name in new[] { "a", "b" })
        {
            group.Start(
                async _ =>
                {
                    await Task.Yield();
                    await Task.Yield();
                },
                name);
        }

        await Task.Yield();
    });

    [Fact]
    public void Constructor_ChoicesThatEndInThePlainOrder_LeavesThemOut() =>
        Assert.Equal(new byte[] { 0, 3 }, new ScheduleTrace(1, TimeSpan.Zero, [0, 3, 0, 0, 0]).Choices.ToArray());

    [Theory]
    [InlineData("", "empty")]
    [InlineData("banana", "must begin with 's1.'")]
    [InlineData("s2.1.0..00", "must begin with 's1.'")]
    [InlineData("s1.1.0", "only a piece")]
    [InlineData("s1.1.0.01..zz", "checksum")]
    public void Parse_NotAWholeTrace_SaysWhatIsWrong(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => ScheduleTrace.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_AnyCharacterLost_IsNearlyAlwaysNoticed()
    {
        var text = new ScheduleTrace(0xBEEF, TimeSpan.FromTicks(20), [0, 1, 2, 0, 0, 0, 0, 3, 1]).ToString();
        var unnoticed = Enumerable.Range(0, text.Length).Count(i => ScheduleTrace.TryParse(text.Remove(i, 1), out _));
        Assert.Equal(0, unnoticed);
    }

    [Fact]
    public void Constructor_CodeThatWouldNotBeOneWord_IsRefused() =>
        Assert.Contains("'a.b'", Assert.Throws<ArgumentException>("code", () => new ScheduleTrace(1, TimeSpan.Zero, [], "a.b")).Message, StringComparison.Ordinal);
}
