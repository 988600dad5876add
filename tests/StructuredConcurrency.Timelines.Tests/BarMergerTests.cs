using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class BarMergerTests
{
    private static readonly Timeline s_long = Timeline.From(Logs.Lesson(new LessonSettings { Items = 3_000, Deadline = TimeSpan.FromHours(1) }));

    [Fact]
    public void Bars_OfFewSpans_AreTheSpans()
    {
        var timeline = Timeline.From(Logs.Lesson());

        var merger = new BarMerger(timeline.Lanes, timeline.End);

        Assert.False(merger.Merges);
        Assert.All(timeline.Lanes, lane => Assert.Equal(lane.ShownSpans, merger.Bars(lane).Select(bar => bar.Span)));
    }

    [Fact]
    public void Bars_OfManySpans_AreFewAndStandForEverySpan()
    {
        var merger = new BarMerger(s_long.Lanes, s_long.End);

        Assert.True(merger.Merges);
        Assert.InRange(s_long.Lanes.Sum(lane => merger.Bars(lane).Count()), 4, BarMerger.MostBars);
        foreach (var lane in s_long.Lanes)
        {
            var bars = merger.Bars(lane).ToList();
            Assert.Equal(lane.ShownSpans.Count(), bars.Sum(bar => bar.Count));
            Assert.Equal(lane.ShownSpans.Sum(s => s.Duration.Ticks), bars.Sum(bar => (bar.End - bar.Start).Ticks));
            Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        }
    }

    [Fact]
    public void WorkShares_OfARun_AddUpToTheTimeWorkedInIt()
    {
        var merger = new BarMerger(s_long.Lanes, s_long.End);
        var runs = s_long.Lanes.SelectMany(lane => merger.Bars(lane).Where(bar => bar.Span is null).Select(bar => (lane, bar))).ToList();

        Assert.NotEmpty(runs);
        foreach (var (lane, run) in runs)
        {
            var shares = merger.WorkShares(lane, run).ToList();
            Assert.Equal((run.Start, run.End), (shares[0].Start, shares[^1].End));
            Assert.Equal(run.Working.TotalSeconds, shares.Sum(s => s.Share * (s.End - s.Start).TotalSeconds), 0.01);
        }
    }

    [Fact]
    public void DrawnSteps_OfManySteps_KeepTheLargestDepth()
    {
        var queue = Assert.Single(s_long.Queues);
        Assert.True(queue.Steps.Count > 200);

        var drawn = queue.DrawnSteps(s_long.End, 200).ToList();

        Assert.InRange(drawn.Count, 2, 200);
        Assert.Equal(queue.MaxDepth, drawn.Max(step => step.Depth));
        foreach (var step in queue.Steps.Where(step => step.Depth == queue.MaxDepth))
            Assert.Equal(queue.MaxDepth, drawn.Last(d => d.Time <= step.Time).Depth);
    }
}
