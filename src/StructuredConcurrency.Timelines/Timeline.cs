namespace StructuredConcurrency.Timelines;

/// <summary>What happened in a program's scopes, ready to be drawn: lanes, spans, marks, hand-offs, cancellations, queues.</summary>
/// <remarks>
/// <para>Made from an <see cref="EventLog"/>, and drawn in five forms from that one model. Each form depends on the log alone: the same log gives the same bytes.</para>
/// <para><b>Pitfall.</b> A log that ends early (a program that was stopped, a file cut off) is drawn as far as it goes; read
/// <see cref="Notices"/> before concluding anything from what is missing.</para>
/// </remarks>
[TypeFormatterSource(typeof(TimelineFormatterSource), PreferredMimeTypes = [TimelineFormatterSource.Plotly, TimelineFormatterSource.Svg, TimelineFormatterSource.Text])]
public sealed class Timeline
{
    private const int MostLanes = 60;

    private Timeline(EventLog log)
    {
        Events = log.Events;
        Properties = log.Properties;
        var reader = new LogReader(Events);
        End = reader.End;
        Lanes = reader.Lanes;
        Items = reader.Items;
        PutOn = Items.Where(i => i.PutLane is not null).ToLookup(i => i.PutLane!);
        TakenOn = Items.Where(i => i.GetLane is not null).ToLookup(i => i.GetLane!);
        Wakes = reader.Wakes;
        Cancellations = reader.Cancellations;
        Queues = reader.Queues;
        if (Properties.GetValueOrDefault("cutOff") is { } place)
            reader.Notices.Insert(0, new Notice($"The file ends in the middle of {DisplayText.Clean(place, 40)}; what came after is lost.", Events is [.., var last] ? last.Sequence : 0));
        Notices = reader.Notices;
        Caption = new CaptionWriter(this, reader.Programs).Write();
        Title = DisplayText.Clean(Properties.GetValueOrDefault("title") ?? reader.LastLine, 80) is { Length: > 0 } line ? line : Lanes is [var first, ..] ? DisplayText.Name(first.Name, 80) : "Empty log";
    }

    /// <summary>The log's property <c>title</c>; without one, the last line that the program printed; without that, the name of the outermost scope.</summary>
    public string Title { get; }

    /// <summary>One sentence, true of this log, that says in words what the picture shows.</summary>
    public string Caption { get; }

    /// <summary>Time of the last event, since the story's start.</summary>
    public TimeSpan End { get; }

    /// <summary>The rows, from the top: each scope, and under it its children in the order of their start.</summary>
    public IReadOnlyList<TimelineLane> Lanes { get; }

    /// <summary>Every item that was put, in that order; one that was taken is a hand-off from its put to its get.</summary>
    public IReadOnlyList<TimelineItem> Items { get; }

    /// <summary>Who woke whom, in the order in which the woken ran again.</summary>
    public IReadOnlyList<TimelineWake> Wakes { get; }

    /// <summary>Every request to stop, in order.</summary>
    public IReadOnlyList<TimelineCancellation> Cancellations { get; }

    /// <summary>The queues, in the order of their first event.</summary>
    public IReadOnlyList<TimelineQueue> Queues { get; }

    /// <summary>What about the log does not add up or was left open.</summary>
    public IReadOnlyList<Notice> Notices { get; }

    /// <summary>Facts about the whole run, such as its seed and clock.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    internal IReadOnlyList<ScopeEvent> Events { get; }

    /// <summary>The requests to stop that are nobody's consequence.</summary>
    internal IEnumerable<TimelineCancellation> RootCancellations => Cancellations.Where(c => c.Origin is null);

    /// <summary>The looks of the states that occur, in the order of legends.</summary>
    internal IEnumerable<StateLook> UsedStates
    {
        get
        {
            var used = Lanes.SelectMany(lane => lane.ShownSpans).Select(span => span.State).ToHashSet();
            used.UnionWith(Lanes.Where(lane => lane.EndsIn is not null).Select(lane => lane.EndsIn!.Value));
            return StateLook.All.Where(look => used.Contains(look.State));
        }
    }

    /// <summary>The lanes that drawings show: of a crowd the first; tables and traces have all, and a page's script shows the others too.</summary>
    internal IEnumerable<TimelineLane> DrawnLanes => Lanes.Count <= MostLanes + 5 ? Lanes : Lanes.Take(MostLanes);

    /// <summary>What drawings say about lanes that they leave out; empty when they show all.</summary>
    internal string LeftOut => Lanes.Count - DrawnLanes.Count() is > 0 and var count ? $"{count} more lanes are left out for want of room." : "";

    /// <summary>Index of the last lane that lies under one, or its own.</summary>
    internal int LastUnder(TimelineLane lane)
    {
        var last = lane.Index;
        while (last + 1 < Lanes.Count && Lanes[last + 1].Depth > lane.Depth)
            last++;
        return last;
    }

    internal bool IsVirtual => Properties.GetValueOrDefault("clock") == "virtual";

    internal ILookup<TimelineLane, TimelineItem> PutOn { get; }

    internal ILookup<TimelineLane, TimelineItem> TakenOn { get; }

    /// <summary>Makes the timeline of a log.</summary>
    /// <param name="log">The log, as it stands now. It may be partial, and even contradict itself: see <see cref="Notices"/>.</param>
    public static Timeline From(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new Timeline(log);
    }

    /// <summary>Puts two runs on one axis and finds what differs: a failing schedule against the reference, a program by hand against a group.</summary>
    /// <param name="first">The run to compare with.</param>
    /// <param name="second">The other run.</param>
    /// <param name="firstName">What sentences call the first; one or two words.</param>
    /// <param name="secondName">What sentences call the second.</param>
    public static TimelineComparison Compare(Timeline first, Timeline second, string firstName = "the first", string secondName = "the second")
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(firstName);
        ArgumentNullException.ThrowIfNull(secondName);
        return new TimelineComparison(first, second, firstName, secondName);
    }

    /// <summary>Draws the timeline as an SVG document that is complete in itself: no script, no font or file from elsewhere; light and dark.</summary>
    /// <returns>The document, without an XML declaration, so that it may also stand inside a page.</returns>
    public string ToSvg() => new SvgDrawing(this).Draw();

    /// <summary>Makes a plotly.js figure: times in seconds, <c>data</c> and <c>layout</c>.</summary>
    /// <returns>JSON, as <c>application/vnd.plotly.v1+json</c>.</returns>
    public string ToPlotlyFigure()
    {
        using var figure = new PlotlyFigure(this);
        return figure.Write();
    }

    /// <summary>Makes a page that is complete in itself: the drawing, the caption, every event in a table. Where plotly.js can be loaded, it takes over the drawing.</summary>
    /// <returns>An HTML document.</returns>
    public string ToHtml() => new HtmlPage(this).Write();

    /// <summary>Draws the timeline with characters, for terminals and to be read aloud.</summary>
    /// <param name="width">Characters per line; at least 60.</param>
    /// <returns>Lines, each ended by a line feed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 60.</exception>
    public string ToText(int width = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, TextDrawing.NarrowestWidth);
        return new TextDrawing(this, width).Draw();
    }

    /// <summary>Makes Chrome trace events, which <c>ui.perfetto.dev</c> and <c>chrome://tracing</c> open; times in microseconds.</summary>
    /// <returns>JSON: an object with <c>traceEvents</c>.</returns>
    public string ToTraceJson() => TraceEvents.Write(this);

    /// <summary>The text drawing: what consoles and engines without formatters show.</summary>
    public override string ToString() => ToText();
}
