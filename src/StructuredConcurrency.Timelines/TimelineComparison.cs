namespace StructuredConcurrency.Timelines;

/// <summary>Two runs on one axis, and what differs between them.</summary>
/// <remarks>
/// Tasks and scopes of the two are matched by their names and those of the scopes around them; of equal names in their order. Their numbers
/// and threads play no part, nor do printed lines.
/// </remarks>
[TypeFormatterSource(typeof(TimelineFormatterSource), PreferredMimeTypes = [TimelineFormatterSource.Plotly, TimelineFormatterSource.Svg, TimelineFormatterSource.Text])]
public sealed class TimelineComparison
{
    internal TimelineComparison(Timeline first, Timeline second, string firstName, string secondName)
    {
        First = first;
        Second = second;
        FirstName = firstName;
        SecondName = secondName;
        var finder = new DifferenceFinder(this);
        DivergesAt = finder.DivergesAt;
        Differences = finder.Differences;
        Caption = finder.Caption;
    }

    /// <summary>The run to compare with.</summary>
    public Timeline First { get; }

    /// <summary>The other run.</summary>
    public Timeline Second { get; }

    /// <summary>What sentences call <see cref="First"/>.</summary>
    public string FirstName { get; }

    /// <summary>What sentences call <see cref="Second"/>.</summary>
    public string SecondName { get; }

    /// <summary>Both names.</summary>
    public string Title => DisplayText.Clean($"{FirstName} against {SecondName}", 80);

    /// <summary>One sentence, true of both logs, that says where they part and what came of it.</summary>
    public string Caption { get; }

    /// <summary>When the first step was taken that the other run does not take there; <see langword="null"/> when both take the same steps.</summary>
    public TimeSpan? DivergesAt { get; }

    /// <summary>What became different: first lanes in their order, then items in the order of their puts.</summary>
    public IReadOnlyList<TimelineDifference> Differences { get; }

    /// <summary>Draws both runs one above the other as an SVG document that is complete in itself.</summary>
    /// <returns>The document, without an XML declaration.</returns>
    public string ToSvg() => SvgDrawing.Draw(this);

    /// <summary>Makes a plotly.js figure of both runs: times in seconds, <c>data</c> and <c>layout</c>.</summary>
    /// <returns>JSON, as <c>application/vnd.plotly.v1+json</c>.</returns>
    public string ToPlotlyFigure()
    {
        using var figure = new PlotlyFigure(this);
        return figure.Write();
    }

    /// <summary>Makes a page that is complete in itself: the drawing, the caption, every difference in words, every event of both runs in tables.</summary>
    /// <returns>An HTML document.</returns>
    public string ToHtml() => new HtmlPage(this).Write();

    /// <summary>Makes Chrome trace events in which each run is a process of its own; times in microseconds.</summary>
    /// <returns>JSON: an object with <c>traceEvents</c>.</returns>
    public string ToTraceJson() => TraceEvents.Write(this);

    /// <summary>Draws both runs with characters, and says every difference in words.</summary>
    /// <param name="width">Characters per line; at least 60.</param>
    /// <returns>Lines, each ended by a line feed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 60.</exception>
    public string ToText(int width = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, TextDrawing.NarrowestWidth);
        return TextDrawing.Draw(this, width);
    }

    /// <summary>The lanes that differ, in either run.</summary>
    internal IReadOnlySet<TimelineLane> Stressed => field ??= Differences.SelectMany(d => new[] { d.FirstLane, d.SecondLane }).OfType<TimelineLane>().ToHashSet();

    /// <summary>The text drawing.</summary>
    public override string ToString() => ToText();
}

/// <summary>Something that one run has otherwise than the other.</summary>
/// <param name="Text">What it is, in words.</param>
public sealed record TimelineDifference(string Text)
{
    /// <summary>The lane in the first run; <see langword="null"/> where it has none, or where it is about an item.</summary>
    public TimelineLane? FirstLane { get; init; }

    /// <summary>The lane in the second run.</summary>
    public TimelineLane? SecondLane { get; init; }
}
