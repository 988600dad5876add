using System.Text.Json;
using System.Xml.Linq;

namespace StructuredConcurrency.Timelines.Tests;

/// <summary>What holds for the log of any program, and what holds for any list of events whatever.</summary>
public class RandomLogTests
{
    private const int Programs = 400;

    [Fact]
    public void Programs_Together_DoEverythingThatALogCanTell()
    {
        var events = Enumerable.Range(0, Programs).SelectMany(seed => RandomProgram.Run(seed).Events).ToList();

        Assert.Equal(Enum.GetValues<ScopeEventKind>().Except([ScopeEventKind.DeadlineMoved, ScopeEventKind.Straggling]), events.Select(e => e.Kind).Except([ScopeEventKind.Straggling]).Distinct().Order());
        Assert.Equal(Enum.GetValues<ScopeWait>(), events.Where(e => e.Wait is not null).Select(e => e.Wait!.Value).Distinct().Order());
        Assert.Equal(Enum.GetValues<ScopeKind>(), events.Where(e => e.ScopeKind is not null).Select(e => e.ScopeKind!.Value).Distinct().Order());
    }

    [Fact]
    public void From_AnyProgram_FillsEachLifeWithSpansThatNeverOverlap() => ForEachProgram(
        timeline =>
        {
            Assert.All(timeline.Lanes, lane =>
            {
                if (lane.Kind == LaneKind.Task)
                    Properties.SpansFillTheLife(lane);
                else
                    Properties.SpansDoNotOverlap(lane);
                Assert.True(lane.Parent is not { } parent || parent.Start <= lane.Start && lane.End <= parent.End, $"{lane.Name} outlives what it lies in");
            });
        });

    [Fact]
    public void From_AnyProgram_GivesEveryGetItsPut() => ForEachProgram(
        (timeline, log) =>
        {
            Assert.Equal(log.Events.Count(e => e.Kind == ScopeEventKind.Put), timeline.Items.Count);
            Assert.Equal(
                log.Events.Where(e => e.Kind == ScopeEventKind.Get).Select(e => (e.Sequence, e.Cause!.Value, e.Item)),
                timeline.Items.Where(i => i.GetSequence is not null).OrderBy(i => i.GetSequence).Select(i => (i.GetSequence!.Value, i.PutSequence, (string?)i.Name)));
            Assert.All(timeline.Items, i => Assert.True((i.GetTime ?? i.PutTime) >= i.PutTime && (i.DoneTime ?? i.GetTime ?? i.PutTime) >= (i.GetTime ?? i.PutTime)));
        });

    [Fact]
    public void From_AnyProgram_LetsEveryObservedCancelFollowItsRequest() => ForEachProgram(
        (timeline, log) =>
        {
            var causes = log.Events.Where(e => e.Kind == ScopeEventKind.CancelObserved).ToDictionary(e => e.Sequence, e => e.Cause);
            var requests = timeline.Cancellations.ToDictionary(c => c.Sequence);
            var seen = timeline.Lanes.SelectMany(lane => lane.Marks.Where(m => m.Kind == MarkKind.CancelObserved).Select(mark => (lane, mark))).ToList();
            Assert.Equal(causes.Count, seen.Count);
            Assert.All(seen, pair =>
            {
                var request = requests[causes[pair.mark.Sequence]!.Value];
                Assert.True(request.Sequence < pair.mark.Sequence && request.Time <= pair.mark.Time);
                Assert.True(pair.lane.IsUnder(request.Lane) || request.Lane.IsUnder(pair.lane), $"{pair.lane.Name} noticed a request to {request.Lane.Name}");
            });
        });

    [Fact]
    public void From_AnyProgram_LetsNobodyRunBeforeItIsWoken() => ForEachProgram(
        timeline => Assert.All(timeline.Wakes, wake => Assert.True(wake.Time <= wake.RunsAt)));

    [Fact]
    public void From_AnyProgram_FindsNothingThatDoesNotAddUp() => ForEachProgram(
        timeline => Assert.All(timeline.Notices, notice => Assert.Matches("^The log ends before|was still waiting for", notice.Text)));

    [Fact]
    public void Forms_OfAnyProgram_AreWellFormed() => ForEachProgram(Draw, programs: 100);

    [Theory]
    [InlineData("shuffled")]
    [InlineData("thinned")]
    [InlineData("repeated")]
    [InlineData("reversed")]
    public void From_LogThatIsDamaged_SaysSoAndIsDrawn(string damage)
    {
        for (var seed = 0; seed < 120; seed++)
        {
            var whole = RandomProgram.Run(seed).Events.ToArray();
            if (whole.Length < 8)
                continue;
            var random = new Random(seed);
            var damaged = whole.ToList();
            var place = random.Next(1, whole.Length - 1);
            switch (damage)
            {
                case "shuffled":
                    random.Shuffle(whole);
                    damaged = [.. whole];
                    break;
                case "thinned":
                    damaged.RemoveAt(place);
                    break;
                case "repeated":
                    damaged.Insert(place, damaged[random.Next(place)]);
                    break;
                default:
                    damaged.Reverse();
                    break;
            }

            var timeline = Timeline.From(Logs.Of(damaged));
            Assert.Contains(timeline.Notices, notice => notice.Text.StartsWith("The log is out of order", StringComparison.Ordinal) || notice.Text.Contains("missing from the log", StringComparison.Ordinal));
            Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Task), Properties.SpansFillTheLife);
            Draw(timeline);
        }
    }

    [Fact]
    public void From_EventsOfChance_NeverThrows()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var timeline = Timeline.From(Logs.Of(Enumerable.Range(0, random.Next(1, 80)).Select(_ => Chance(random)).ToList()));
            Assert.All(timeline.Lanes, lane => Assert.True(lane.Start <= lane.End));
            Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Task), Properties.SpansFillTheLife);
            Draw(timeline);
        }
    }

    private static void ForEachProgram(Action<Timeline> holds) => ForEachProgram((timeline, _) => holds(timeline));

    private static void ForEachProgram(Action<Timeline> holds, int programs) => ForEachProgram((timeline, _) => holds(timeline), programs);

    private static void ForEachProgram(Action<Timeline, EventLog> holds, int programs = Programs)
    {
        for (var seed = 0; seed < programs; seed++)
        {
            var log = RandomProgram.Run(seed);
            try
            {
                holds(Timeline.From(log), log);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The program of seed {seed}: {e.Message}\n{log.ToTree()}", e);
            }
        }
    }

    private static void Draw(Timeline timeline)
    {
        XDocument.Parse(timeline.ToSvg());
        using var figure = JsonDocument.Parse(timeline.ToPlotlyFigure());
        using var trace = JsonDocument.Parse(timeline.ToTraceJson());
        TraceRules.Check(trace);
        Assert.EndsWith(".", timeline.Caption, StringComparison.Ordinal);
        Assert.NotEmpty(timeline.ToText(60));
        Assert.NotEmpty(timeline.ToHtml());
    }

    /// <summary>An event as only a broken program or a malicious file could have it: any kind, any numbers, any text.</summary>
    private static ScopeEvent Chance(Random random)
    {
        return new ScopeEvent
        {
            Sequence = random.Next(9) == 0 ? random.NextInt64() : random.Next(60),
            Time = random.Next(12) switch { 0 => TimeSpan.FromTicks(random.NextInt64()), 1 => TimeSpan.FromTicks(-random.NextInt64()), 2 => TimeSpan.MaxValue, 3 => TimeSpan.MinValue, _ => TimeSpan.FromMilliseconds(random.Next(200)) },
            Kind = random.Next(40) == 0 ? (ScopeEventKind)random.Next(100) : (ScopeEventKind)random.Next(Enum.GetValues<ScopeEventKind>().Length),
            Task = Number(),
            TaskName = Text(),
            Scope = Number(),
            ScopeName = Text(),
            ScopeKind = random.Next(3) == 0 ? (ScopeKind)random.Next(5) : null,
            Parent = Number(),
            Target = Number(),
            Queue = random.Next(2) == 0 ? Text() : "q",
            Item = Text(),
            Depth = Number(),
            Capacity = Number(),
            Unfinished = Number(),
            Wait = random.Next(2) == 0 ? (ScopeWait)random.Next(6) : null,
            By = Number(),
            Cause = random.Next(3) == 0 ? null : random.Next(60),
            Deadline = random.Next(4) == 0 ? TimeSpan.FromTicks(random.NextInt64() - long.MaxValue / 2) : null,
            Outcome = random.Next(2) == 0 ? (ScopeOutcome)random.Next(6) : null,
            Text = Text(),
        };

        int? Number() => random.Next(12) switch { 0 => null, 1 => int.MaxValue, 2 => int.MinValue, 3 => -1, _ => random.Next(5) };

        string? Text() => random.Next(6) switch { 0 => null, 1 => "", 2 => HostileNames.Markup, 3 => HostileNames.RightToLeft, 4 => "\ud800\u0000\n", _ => $"n{random.Next(4)}" };
    }
}
