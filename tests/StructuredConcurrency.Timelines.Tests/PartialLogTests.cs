using System.Text.Json;
using System.Xml.Linq;

namespace StructuredConcurrency.Timelines.Tests;

public class PartialLogTests
{
    [Fact]
    public void From_LogCutOffAnywhere_IsDrawnAsFarAsItGoes()
    {
        var events = Logs.Small().Events;

        for (var length = 0; length <= events.Count; length++)
        {
            var timeline = Timeline.From(Logs.Of(events.Take(length)));
            Holds(timeline);
            Assert.Equal(timeline.Lanes.Any(l => !l.HasEnded), timeline.Notices.Count > 0);
        }
    }

    [Fact]
    public void From_FileThatEndsInTheMiddleOfAnEvent_IsDrawnWithANoticeFirst()
    {
        var lines = Logs.Small().ToJsonLines();

        var timeline = Timeline.From(EventLog.Parse(lines[..^20]));

        Assert.Equal($"The file ends in the middle of line {lines.Count(c => c == '\n')}; what came after is lost.", timeline.Notices[0].Text);
        Assert.Contains("Note: The file ends in the middle", timeline.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void From_LogWithoutItsBeginning_IsDrawnWithNotices()
    {
        var events = Logs.Lesson().Events;

        for (var start = 1; start < events.Count; start += 7)
        {
            var timeline = Timeline.From(Logs.Of(events.Skip(start)));
            Holds(timeline);
        }

        Assert.NotEmpty(Timeline.From(Logs.Of(events.Skip(5))).Notices);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void From_LogWithEventsMissingRepeatedAndOutOfOrder_NeverThrows(int seed)
    {
        var random = new Random(seed);
        var whole = Logs.Lesson().Events;
        for (var round = 0; round < 24; round++)
        {
            var events = new List<ScopeEvent>();
            foreach (var e in whole)
            {
                if (random.Next(10) < round % 8)
                    continue;
                var damaged = random.Next(12) switch
                {
                    0 => e with { Task = null },
                    1 => e with { Scope = null },
                    2 => e with { Cause = random.Next(400) },
                    3 => e with { Queue = null },
                    4 => e with { Task = random.Next(9) },
                    5 => e with { Outcome = null, Item = null },
                    6 => e with { Scope = random.Next(4), Parent = random.Next(4) },
                    _ => e,
                };
                events.Insert(random.Next(20) == 0 ? random.Next(events.Count + 1) : events.Count, damaged);
                if (random.Next(25) == 0)
                    events.Add(damaged);
            }

            Holds(Timeline.From(Logs.Of(events)));
        }
    }

    [Fact]
    public void From_ScopesNestedDeeperThanAStack_GivesEachItsLane()
    {
        const int Deep = 50_000;
        var events = new List<ScopeEvent>();
        for (var i = 1; i <= Deep; i++)
            events.Add(new ScopeEvent { Kind = ScopeEventKind.ScopeOpened, Sequence = i, Scope = i, Parent = i == 1 ? null : i - 1, Task = 0 });
        for (var i = 1; i <= Deep; i++)
            events.Add(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Sequence = Deep + i, Scope = i, Cause = i == 1 ? null : Deep + i - 1 });
        events.Add(new ScopeEvent { Kind = ScopeEventKind.ChildStarted, Sequence = 2 * Deep + 1, Task = 1, Scope = Deep });
        events.Add(new ScopeEvent { Kind = ScopeEventKind.ChildEnded, Sequence = 2 * Deep + 2, Task = 1, Scope = Deep, Outcome = ScopeOutcome.Cancelled, Cause = 2 * Deep });

        var timeline = Timeline.From(Logs.Of(events));

        Assert.Equal(Deep + 1, timeline.Lanes.Count);
        Assert.Equal(Deep, timeline.Lanes[^1].Depth);
        Assert.Same(timeline.Cancellations[0], timeline.Cancellations[^1].Root);
    }

    [Fact]
    public void End_OfARunInWhichAChildIgnoresItsToken_IsWhereSomethingLastHappened()
    {
        var timeline = Timeline.From(Logs.Run(() => TaskGroup.RunAsync(group =>
        {
            group.Start(async token =>
            {
                await Logs.Delay(100, token);
                group.Cancel();
                await new TaskCompletionSource().Task;
            }, "deaf");
            return Task.CompletedTask;
        })));
        Assert.Equal(TimeSpan.FromMilliseconds(100), timeline.End);
        Assert.Contains(timeline.Notices, notice => notice.Text == "'group-1' was still waiting for deaf at 5.100 s, after the request to stop.");
    }

    [Fact]
    public void Notices_OfWhatDoesNotAddUp_NameTheEvent()
    {
        var log = new Story()
            .Scope(1, "group", ScopeKind.Group).Child(1, "C", 1)
            .Get(1, "A", put: 99)
            .Woken(1, ScopeWait.Item, cause: 98, by: 7)
            .Worked(1, "B")
            .Ended(1).Closed(1, ScopeOutcome.Succeeded).Log;

        Assert.Equal(
            [
                new Notice("The log gives 'queue' fewer items than none; it is drawn empty there.", 3),
                new Notice("Item A was taken and the log does not say when it was put.", 3),
                new Notice("A wait of 'C' ended and the log does not say when it began.", 4),
                new Notice("'C' ended work on item B that it had not begun.", 5),
            ],
            Timeline.From(log).Notices);
    }

    [Fact]
    public void Notices_OfAScopeThatEndsBeforeItsChild_NameBoth()
    {
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, "C", 1).Closed(1, ScopeOutcome.Succeeded).At(10).Ended(1).Child(2, "late", 1).Closed(1, ScopeOutcome.Succeeded).Log;

        Assert.Equal(
            [
                "Scope 'group' ends before 'C' in it does.",
                "'late' starts in scope 'group', which has ended.",
                "Scope 'group' ends twice.",
                "Scope 'group' ends before 'late' in it does.",
                "The log ends before 'late' does.",
            ],
            Timeline.From(log).Notices.Select(n => n.Text));
    }

    [Fact]
    public void Notices_OfEventsThatAreMissing_SayHowManyAndWhere()
    {
        var events = Logs.Small().Events.ToList();
        events.RemoveRange(10, 3);

        Assert.Equal(new Notice("3 events are missing from the log, after event 10.", 11), Timeline.From(Logs.Of(events)).Notices[0]);
        Assert.Equal(new Notice("4 events are missing from the log, from its beginning on.", 1), Timeline.From(Logs.Of(Logs.Small().Events.Skip(4))).Notices[0]);
    }

    [Fact]
    public void ToSvg_OfALogThatDoesNotAddUp_SaysSoInThePicture()
    {
        var events = Logs.Small().Events.ToList();
        events.RemoveAt(10);

        Assert.Contains(">Note: One event is missing from the log, after event 10.<", Timeline.From(Logs.Of(events)).ToSvg(), StringComparison.Ordinal);
    }

    private static void Holds(Timeline timeline)
    {
        Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Task), Properties.SpansFillTheLife);
        Assert.All(timeline.Lanes, lane => Assert.True(lane.Start <= lane.End));
        Assert.EndsWith(".", timeline.Caption, StringComparison.Ordinal);
        XDocument.Parse(timeline.ToSvg());
        using var figure = JsonDocument.Parse(timeline.ToPlotlyFigure());
        using var trace = JsonDocument.Parse(timeline.ToTraceJson());
        TraceRules.Check(trace);
        timeline.ToText();
        timeline.ToHtml();
    }
}
