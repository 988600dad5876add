using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class TimelineTests
{
    public static TheoryData<ulong, int, int, double> Runs
    {
        get
        {
            var runs = new TheoryData<ulong, int, int, double>();
            for (var seed = 1ul; seed <= 12; seed++)
                runs.Add(seed, 1 + (int)(seed % 4), 1 + (int)(seed % 5), seed % 3 == 0 ? 30 : 0.2 * seed);
            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void From_AnyRunOfTheLesson_FillsEachTasksLifeWithSpansThatNeverOverlap(ulong seed, int consumers, int capacity, double deadline)
    {
        var timeline = Timeline.From(Logs.Lesson(new LessonSettings { Seed = seed, Consumers = consumers, Capacity = capacity, Deadline = TimeSpan.FromSeconds(deadline), Items = 25 }));

        Assert.Empty(timeline.Notices);
        Assert.Equal(consumers + 1, timeline.Lanes.Count(l => l.Kind == LaneKind.Task));
        Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Task), Properties.SpansFillTheLife);
        Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Scope), Properties.SpansDoNotOverlap);
        Assert.All(timeline.Lanes, lane => Assert.True(lane.Parent is not { } parent || parent.Start <= lane.Start && lane.End <= parent.End, "nothing outlives its scope"));
    }

    [Fact]
    public void From_AWaitForASignal_IsAStateOfItsOwnInEveryForm()
    {
        var timeline = Timeline.From(Logs.Signal());

        var clerk = timeline.Lanes.Single(l => l.Kind == LaneKind.Task);
        Assert.Equal([SpanState.WaitingForSignal, SpanState.Working, SpanState.WaitingForSignal], clerk.Spans.Select(s => s.State));
        Assert.Equal("the <key>", clerk.Spans[0].Item);
        Assert.Equal("clerk was still waiting for a lock or signal when the run stopped at 0.090 s.", timeline.Caption);
        Assert.Contains("clerk: waiting for the &lt;key&gt;, 0.000–0.040 s (40 ms)", timeline.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("-signal)", timeline.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("|◊◊◊", timeline.ToText(), StringComparison.Ordinal);
        Assert.Contains("◊ waiting for a lock or signal", timeline.ToText(), StringComparison.Ordinal);
        Assert.Contains("\"waiting for a lock or signal\"", timeline.ToPlotlyFigure(), StringComparison.Ordinal);
        Assert.Contains("\"args\":{\"signal\":\"the ", timeline.ToTraceJson(), StringComparison.Ordinal);
        Assert.Contains("waiting for a lock or signal; the &lt;key&gt;", timeline.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void StateLooks_OfAnyTwoStates_DifferInColourInCellAndIfBothHavePatternsInPattern()
    {
        Assert.Equal(Enum.GetValues<SpanState>(), StateLook.All.Select(look => look.State));
        Assert.Distinct(StateLook.All.Select(look => look.Colour));
        Assert.Distinct(StateLook.All.Select(look => look.Cell));
        Assert.Distinct(StateLook.All.Where(look => look.Pattern.Length > 0).Select(look => look.Pattern));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void From_AnyRunOfTheLesson_GivesEveryGetItsPut(ulong seed, int consumers, int capacity, double deadline)
    {
        var log = Logs.Lesson(new LessonSettings { Seed = seed, Consumers = consumers, Capacity = capacity, Deadline = TimeSpan.FromSeconds(deadline), Items = 25 });

        var timeline = Timeline.From(log);

        Assert.Equal(log.Events.Count(e => e.Kind == ScopeEventKind.Put), timeline.Items.Count);
        Assert.Equal(log.Events.Count(e => e.Kind == ScopeEventKind.Get), timeline.Items.Count(i => i.GetTime is not null));
        Assert.All(timeline.Items, item => Assert.True(item.GetTime is null || item.PutTime <= item.GetTime && item.PutSequence < item.GetSequence));
        Assert.Equal(timeline.Lanes.Sum(l => l.Marks.Count(m => m.Kind == MarkKind.Get)), timeline.Items.Count(i => i.GetLane is not null));
    }

    [Fact]
    public void From_TheLesson_PutsEachChildUnderItsScopeInStartOrder()
    {
        var timeline = Timeline.From(Logs.Lesson());

        Assert.Equal(
            [("timeout-1", 0), ("lesson", 1), ("PROD", 2), ("C1", 2), ("C2", 2), ("C3", 2)],
            timeline.Lanes.Select(l => (l.Name, l.Depth)));
        Assert.Equal("lesson", timeline.Lanes[5].Parent!.Name);
        Assert.Equal(TimeSpan.FromSeconds(0.8), timeline.Lanes[0].Deadline);
    }

    [Fact]
    public void From_TheLesson_CountsWhatItsFiguresSay()
    {
        var timeline = Timeline.From(Logs.Lesson());

        Assert.Equal("TIMEOUT 29 28 0.800", timeline.Title);
        Assert.Equal(29, timeline.Items.Count);
        Assert.Equal(28, timeline.Items.Count(i => i.Fate == ItemFate.Finished));
        var inFlight = Assert.Single(timeline.Items, i => i.Fate == ItemFate.CutShort);
        Assert.Equal(("29", "C2"), (inFlight.Name, inFlight.GetLane!.Name));
        Assert.Equal([10, 8, 10], timeline.Lanes.Skip(3).Select(l => timeline.Items.Count(i => i.GetLane == l && i.Fate == ItemFate.Finished)));
    }

    [Fact]
    public void From_TheLesson_LeadsEveryCancellationBackToTheDeadline()
    {
        var timeline = Timeline.From(Logs.Lesson());

        Assert.Equal([("timeout-1", CancellationReason.Deadline), ("lesson", CancellationReason.OuterScope)], timeline.Cancellations.Select(c => (c.Lane.Name, c.Reason)));
        Assert.Same(timeline.Cancellations[0], timeline.Cancellations[1].Origin);
        Assert.All(timeline.Lanes.Skip(2), lane =>
        {
            Assert.Single(lane.Marks, m => m.Kind == MarkKind.CancelObserved);
            var cut = Assert.Single(lane.Spans, s => s.IsCancelled);
            Assert.Equal(lane.End, cut.End);
        });
    }

    [Fact]
    public void From_WokenLaterThanTheWakingEvent_ShowsTheTaskAsReadyInBetween()
    {
        var log = new Story()
            .Scope(1, "group", ScopeKind.Group).Child(1, "P", 1).Child(2, "C", 1).Wait(2, ScopeWait.Item)
            .At(10).Put(1, "A", out var put).Get(2, "A", put)
            .At(25).Woken(2, ScopeWait.Item, put, by: 1)
            .At(40).Done(2).Ended(2).Ended(1).Closed(1, ScopeOutcome.Succeeded).Log;

        var timeline = Timeline.From(log);

        Assert.Equal(
            [(SpanState.WaitingForItem, 10.0, "P"), (SpanState.Ready, 15.0, "P"), (SpanState.Working, 15.0, null)],
            timeline.Lanes[2].Spans.Select(s => (s.State, s.Duration.TotalMilliseconds, s.WokenBy)));
        var wake = Assert.Single(timeline.Wakes);
        Assert.Equal(("C", "P", put), (wake.Woken.Name, wake.By!.Name, wake.Cause));
    }

    [Fact]
    public void From_FullQueue_ShowsTheProducerWaitingForRoomUntilAConsumerTakes()
    {
        var timeline = Timeline.From(Logs.Lesson(new LessonSettings { Consumers = 1, Capacity = 2 }));

        var producer = timeline.Lanes[2];
        Assert.Contains(producer.Spans, s => s.State == SpanState.WaitingForRoom && s.WokenBy == "C1");
        Assert.Equal(2, timeline.Queues.Single().MaxDepth);
        Assert.Equal(2, timeline.Queues.Single().Capacity);
    }

    [Fact]
    public void From_ItemHandedOverWhenPut_MakesNoStepInTheQueue()
    {
        var timeline = Timeline.From(Logs.Small());

        Assert.Equal(0, timeline.Queues.Single().MaxDepth);
    }

    [Fact]
    public void From_ChildThatOpensScopes_NestsThemUnderThatChild()
    {
        var timeline = Timeline.From(Logs.Run(() => TaskGroup.RunAsync(async outer =>
        {
            outer.Start(token => TimeoutScope.RunAsync(
                TimeSpan.FromSeconds(1),
                scope => TaskGroup.RunAsync(
                    inner =>
                    {
                        inner.Start(t => Logs.Delay(10, t), "grandchild");
                        return Task.CompletedTask;
                    },
                    scope.Token),
                token), "child");
            outer.Start(token => Logs.Delay(20, token), "sibling");
            await Task.CompletedTask;
        })));

        Assert.Equal(
            [("group-1", 0), ("child", 1), ("timeout-2", 2), ("group-3", 3), ("grandchild", 4), ("sibling", 1)],
            timeline.Lanes.Select(l => (l.Name, l.Depth)));
        Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Task), Properties.SpansFillTheLife);
    }

    [Fact]
    public void From_ProgramThatActsOutsideEveryScope_GivesItALaneOfItsOwn()
    {
        var timeline = Timeline.From(Logs.Run(async () =>
        {
            var queue = new JoinableQueue<int>();
            await queue.PutAsync(1);
            ScopeTracing.Mark("before any scope");
            await TaskGroup.RunAsync(group =>
            {
                group.Start(async token =>
                {
                    await queue.GetAsync(token);
                    await Logs.Delay(5, token);
                    queue.MarkDone();
                }, "C");
                return Task.CompletedTask;
            });
            await queue.JoinAsync();
        }));

        Assert.Equal([("main", LaneKind.Task, 0), ("group-1", LaneKind.Scope, 1), ("C", LaneKind.Task, 2)], timeline.Lanes.Select(l => (l.Name, l.Kind, l.Depth)));
        Assert.Contains(timeline.Lanes[0].Marks, m => m is { Kind: MarkKind.Remark, Text: "before any scope" });
        Assert.Equal("main", timeline.Items.Single().PutLane!.Name);
        Properties.SpansFillTheLife(timeline.Lanes[0]);
    }

    [Fact]
    public async Task From_LogOfTheThreadPool_KeepsTheSameProperties()
    {
        var log = new EventLog();
        var settings = new LessonSettings { Items = 12, Deadline = TimeSpan.FromSeconds(60) };

        await ScopeTracing.RunAsync(log, () => LessonProgram.RunAsync(settings, new SimulatedWork(5, TimeProvider.System, _ => { })));

        var timeline = Timeline.From(log);
        Assert.Equal(12, timeline.Items.Count(i => !i.IsSentinel && i.Fate == ItemFate.Finished));
        Assert.All(timeline.Lanes.Where(l => l.Kind == LaneKind.Task), Properties.SpansFillTheLife);
    }

    [Fact]
    public void Forms_OfOneLog_AreTheSameBytesEveryTime()
    {
        var first = Logs.Lesson();
        var second = EventLog.Parse(Logs.Lesson().ToJsonLines());

        foreach (var draw in Properties.Forms)
            Assert.Equal(draw(Timeline.From(first)), draw(Timeline.From(second)));
    }
}
