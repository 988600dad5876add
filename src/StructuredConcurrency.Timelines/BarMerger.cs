namespace StructuredConcurrency.Timelines;

/// <summary>What a drawing shows of a lane's spans: each one, or a run of many that are too short to be told apart.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Span">The span, where it is one.</param>
/// <param name="Count">How many spans it stands for.</param>
/// <param name="Working">How long of it the task worked.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct Bar(TimeSpan Start, TimeSpan End, TimelineSpan? Span, int Count, TimeSpan Working)
{
    /// <summary>A run in words: «212 short states, 74 % of the time working».</summary>
    public string Words => $"{Count} short states, {Math.Round(100.0 * Working.Ticks / Math.Max(1, (End - Start).Ticks))} % of the time working";
}

/// <summary>Draws up to a thousand spans as they are; of more, runs of short ones become one bar, so that fifteen hundred bars are enough.</summary>
/// <remarks>The page's script merges by the same rule what lies in its view: see <c>merge</c> in <c>Page/timeline.js</c>.</remarks>
internal sealed class BarMerger
{
    public const int MostSpans = 1000;
    public const int MostBars = 1500;

    // What a drawing some 800 wide can show as a bar of its own, and below which a share is no longer a step of its own.
    private const int Steps = 400;

    private readonly TimeSpan _step;
    private readonly TimeSpan _shortest;

    /// <param name="lanes">The lanes drawn.</param>
    /// <param name="length">Time from the left edge of the drawing to the right.</param>
    public BarMerger(IReadOnlyList<TimelineLane> lanes, TimeSpan length)
    {
        if (lanes.Sum(lane => (long)lane.Spans.Count) <= MostSpans)
            return;
        _step = TimeSpan.FromTicks(Math.Max(1, length.Ticks / Steps));
        _shortest = _step;
        while (_shortest < length && lanes.Sum(lane => (long)Bars(lane).Count()) > MostBars)
            _shortest *= 2;
    }

    /// <summary>Whether some bars stand for more than one span.</summary>
    public bool Merges => _shortest > TimeSpan.Zero;

    public IEnumerable<Bar> Bars(TimelineLane lane)
    {
        var run = default(Bar);
        TimelineSpan? alone = null;
        foreach (var span in lane.ShownSpans)
        {
            var isShort = span.Duration < _shortest;
            if (run.Count > 0 && (!isShort || span.Start - run.End >= _shortest))
            {
                yield return run.Count == 1 ? run with { Span = alone } : run;
                run = default;
            }

            var working = span.State == SpanState.Working ? span.Duration : TimeSpan.Zero;
            if (!isShort)
                yield return new Bar(span.Start, span.End, span, 1, working);
            else if (run.Count == 0)
                (run, alone) = (new Bar(span.Start, span.End, null, 1, working), span);
            else
                run = run with { End = span.End, Count = run.Count + 1, Working = run.Working + working };
        }

        if (run.Count > 0)
            yield return run.Count == 1 ? run with { Span = alone } : run;
    }

    /// <summary>How much of its time a task worked, step by step through a run.</summary>
    public IEnumerable<(TimeSpan Start, TimeSpan End, double Share)> WorkShares(TimelineLane lane, Bar run)
    {
        var shares = new long[(int)Math.Min(Steps + 1, ((run.End - run.Start).Ticks + _step.Ticks - 1) / _step.Ticks)];
        var spans = lane.SpanList;
        for (var i = FirstFrom(spans, run.Start); i < spans.Count && spans[i].Start < run.End; i++)
        {
            if (spans[i].State != SpanState.Working)
                continue;
            for (var at = spans[i].Start; at < spans[i].End;)
            {
                var step = (at - run.Start).Ticks / _step.Ticks;
                var until = run.Start + _step * (step + 1);
                until = until < spans[i].End ? until : spans[i].End;
                shares[Math.Min(step, shares.Length - 1)] += (until - at).Ticks;
                at = until;
            }
        }

        for (var i = 0; i < shares.Length; i++)
        {
            var start = run.Start + _step * i;
            var end = start + _step < run.End && i < shares.Length - 1 ? start + _step : run.End;
            yield return (start, end, Math.Min(1, (double)shares[i] / Math.Max(1, (end - start).Ticks)));
        }
    }

    private static int FirstFrom(List<TimelineSpan> spans, TimeSpan start)
    {
        var (low, high) = (0, spans.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (spans[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
