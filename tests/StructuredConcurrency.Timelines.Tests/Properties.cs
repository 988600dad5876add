namespace StructuredConcurrency.Timelines.Tests;

/// <summary>What holds for every timeline.</summary>
internal static class Properties
{
    public static IReadOnlyList<Func<Timeline, string>> Forms { get; } =
        [t => t.ToSvg(), t => t.ToPlotlyFigure(), t => t.ToHtml(), t => t.ToText(), t => t.ToText(60), t => t.ToTraceJson()];

    public static void SpansFillTheLife(TimelineLane lane)
    {
        SpansDoNotOverlap(lane);
        Assert.Equal((lane.End - lane.Start).Ticks, lane.Spans.Sum(s => s.Duration.Ticks));
        if (lane.Spans.Count > 0)
        {
            Assert.Equal(lane.Start, lane.Spans[0].Start);
            Assert.Equal(lane.End, lane.Spans[^1].End);
        }
    }

    public static void SpansDoNotOverlap(TimelineLane lane)
    {
        Assert.All(lane.Spans, s => Assert.True(s.Start < s.End));
        Assert.All(lane.Spans.Zip(lane.Spans.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start, $"{lane.Name}: {pair.First} overlaps {pair.Second}"));
    }
}
