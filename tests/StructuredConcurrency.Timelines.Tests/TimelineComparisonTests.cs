using System.Xml.Linq;
using StructuredConcurrency.Simulation;
using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class TimelineComparisonTests
{
    [Fact]
    public void Compare_ARunWithItself_FindsNothing()
    {
        var comparison = Timeline.Compare(Timeline.From(Logs.Lesson()), Timeline.From(Logs.Lesson()));

        Assert.Null(comparison.DivergesAt);
        Assert.Empty(comparison.Differences);
        Assert.Equal("Both runs take the same steps in the same time.", comparison.Caption);
        Assert.DoesNotContain("≠", comparison.ToText(), StringComparison.Ordinal);
        Assert.DoesNotContain("≠", comparison.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SameStepsAtOtherTimes_SaysOnlyThat()
    {
        var slow = Logs.Of(Logs.Small().Events.Select(e => e with { Time = e.Time * 2 }));

        var comparison = Timeline.Compare(Timeline.From(Logs.Small()), Timeline.From(slow), "usual", "slow");

        Assert.Equal("Both runs take the same steps, 'usual' by 0.100 s, 'slow' by 0.200 s.", comparison.Caption);
        Assert.Empty(comparison.Differences);
    }

    [Fact]
    public void Compare_OneWithALongerDeadline_FindsTheMomentAndWhatBecameOfEachItem()
    {
        var comparison = Timeline.Compare(Timeline.From(Logs.Lesson()), Timeline.From(Logs.Lesson(new LessonSettings { Items = 29, Deadline = TimeSpan.FromSeconds(2) })), "short", "long");

        Assert.InRange(comparison.DivergesAt!.Value, TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(0.8));
        Assert.Contains(comparison.Differences, d => d is { FirstLane.Name: "C2", SecondLane.Name: "C2" } && d.Text.Contains("held 29", StringComparison.Ordinal));
        Assert.Contains(comparison.Differences, d => d.Text == "Item 29 was cut short, held by C2 in 'short', finished by C2 in 'long'.");
        Assert.Contains("'short' finished 28 of 29 items, 'long' 29 of 29", comparison.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OtherNumberOfTasks_NamesTheOneThatIsExtra()
    {
        var comparison = Timeline.Compare(Timeline.From(Logs.Lesson()), Timeline.From(Logs.Lesson(new LessonSettings { Consumers = 4 })), "three", "four");

        var extra = Assert.Single(comparison.Differences, d => d.FirstLane is null && d.SecondLane is not null);
        Assert.Equal(("C4", "C4 is there only in 'four'."), (extra.SecondLane!.Name, extra.Text));
    }

    [Fact]
    public void ToSvg_OfTwoRuns_HasOneAxisAndMarksWhatDiffers()
    {
        var comparison = Timeline.Compare(Timeline.From(Logs.Small()), Timeline.From(Logs.Lesson()));

        var svg = XDocument.Parse(comparison.ToSvg());

        var ticks = svg.Descendants().Where(e => e.Attribute("class")?.Value == "tl-mid").Select(e => (Label: e.Value, X: e.Attribute("x")!.Value)).GroupBy(t => t.Label).ToList();
        Assert.All(ticks, tick => Assert.Equal(2, tick.Count()));
        Assert.All(ticks, tick => Assert.Single(tick.Distinct()));
        Assert.Equal(
            comparison.Differences.Sum(d => (d.FirstLane is null ? 0 : 1) + (d.SecondLane is null ? 0 : 1)),
            svg.Descendants().Count(e => e.Name.LocalName == "text" && e.Value == "≠"));
        Assert.Equal(3, svg.Descendants().Count(e => e.Attribute("class")?.Value == "tl-diverge")); // one in each run, one in the legend
        Assert.Equal(svg.Descendants().Attributes("id").Select(a => a.Value).Distinct(), svg.Descendants().Attributes("id").Select(a => a.Value));
    }

    [Fact]
    public void Forms_OfAnyTwoPrograms_AreWellFormed()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var comparison = Timeline.Compare(Timeline.From(RandomProgram.Run(seed)), Timeline.From(RandomProgram.Run(seed + 1)), HostileNames.Markup, HostileNames.RightToLeft);
            XDocument.Parse(comparison.ToSvg());
            Assert.EndsWith(".", comparison.Caption, StringComparison.Ordinal);
            Assert.All(comparison.ToText(60), c => Assert.True(c == '\n' || !char.IsControl(c)));
        }
    }

    [Fact]
    public void From_WorkThatOutlivesItsTask_IsALaneThatSticksOutOfItsScope()
    {
        var log = Logs.Run(async () =>
        {
            var orphan = Task.CompletedTask;
            await TaskGroup.RunAsync(group =>
            {
                group.Start(
                    async token =>
                    {
                        await Logs.Delay(10, token);
                        orphan = WorkAsync();
                    },
                    "C1");
                return Task.CompletedTask;
            });
            await orphan;
        });

        var timeline = Timeline.From(log);

        var lane = Assert.Single(timeline.Lanes, l => l.IsOrphan);
        Assert.Equal(("C1 (orphan)", "group-1"), (lane.Name, lane.Parent!.Name));
        Assert.True(lane.End > lane.Parent.End);
        Assert.Equal("Work of C1 went on after its end, until 0.060 s.", timeline.Caption);
        Assert.Contains("outlived its scope", timeline.ToSvg(), StringComparison.Ordinal);

        static async Task WorkAsync()
        {
            await Logs.Delay(20, CancellationToken.None);
            ScopeTracing.WorkStarted("audit");
            await Logs.Delay(30, CancellationToken.None);
            ScopeTracing.WorkEnded("audit", ScopeOutcome.Succeeded);
        }
    }

    [Fact]
    public void From_TaskByHandThatOutlivesItsParent_IsALaneUnderTheParentWithItsFailure()
    {
        var (log, awaited) = (Run(isAwaited: false), Run(isAwaited: true));

        var timeline = Timeline.From(log);

        var lane = Assert.Single(timeline.Lanes, l => l.IsOrphan);
        Assert.Equal(("audit", "shop", LaneKind.Task), (lane.Name, lane.Parent!.Name, lane.Parent.Kind));
        Assert.True(lane.End > lane.Parent.End);
        Assert.Equal(ScopeOutcome.Faulted, lane.Outcome);
        Assert.Equal("'audit' failed at 0.030 s (InvalidDataException: a sum is wrong); audit went on after its parent had ended, until 0.030 s.", timeline.Caption);
        Assert.Contains("outlived its parent", timeline.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("\"audit\"", timeline.ToTraceJson(), StringComparison.Ordinal);
        Assert.DoesNotContain(Timeline.From(awaited).Lanes, l => l.IsOrphan);
        Assert.Contains("in 'forgotten' audit goes on after its parent has ended", Timeline.Compare(timeline, Timeline.From(awaited), "forgotten", "awaited").Caption, StringComparison.Ordinal);

        static EventLog Run(bool isAwaited) => Logs.Run(async () =>
        {
            var loop = EventLoop.Current!;
            await loop.Run("shop", async _ =>
            {
                var audit = loop.Run(
                    "audit",
                    async token =>
                    {
                        await Logs.Delay(30, token);
                        throw new InvalidDataException("a sum is wrong");
                    },
                    CancellationToken.None);
                await Logs.Delay(10, CancellationToken.None);
                if (isAwaited)
                    await Assert.ThrowsAsync<InvalidDataException>(() => audit);
            });
            await Logs.Delay(40, CancellationToken.None);
        });
    }

    [Fact]
    public void From_TaskByHandInAGroup_SticksOutOfTheGroup()
    {
        var log = Logs.Run(async () =>
        {
            var audit = Task.CompletedTask;
            await TaskGroup.RunAsync(group =>
            {
                group.Start(token => Logs.Delay(10, token), "C1");
                audit = EventLoop.Current!.Run("audit", token => Logs.Delay(30, token), CancellationToken.None);
                return Task.CompletedTask;
            });
            await audit;
        });

        var timeline = Timeline.From(log);

        var lane = Assert.Single(timeline.Lanes, l => l.IsOrphan);
        Assert.Equal(("audit", "group-1", ScopeOutcome.Succeeded), (lane.Name, lane.Parent!.Name, lane.Outcome));
        Assert.Equal("audit went on after its parent had ended, until 0.030 s.", timeline.Caption);
        Assert.Contains("outlived its scope", timeline.ToSvg(), StringComparison.Ordinal);
    }
}
