using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StructuredConcurrency.Timelines;

/// <summary>Writes a timeline as a figure of plotly.js.</summary>
/// <remarks>
/// Lanes are numbers on the vertical axis, named by its ticks, because two lanes may have one name. Names are escaped, because plotly
/// reads <c>&lt;b&gt;</c> and <c>&lt;a href&gt;</c> in every text.
/// </remarks>
internal sealed class PlotlyFigure : IDisposable
{
    private const double LaneHeight = 40;
    private const double StripHeight = 90;

    // A strip stands a little apart from what is above it; heights are of the space between the margins.
    private const double Gap = 26;

    private const int MostItems = 1000;
    private const int MostRequests = 100;
    private const int MostNotices = 3;
    private const int MostSteps = 1000;

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly IReadOnlyList<Timeline> _runs;
    private readonly TimelineComparison? _comparison;
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<TimelineLane, int> _rows = [];
    private readonly List<(int Row, string Label)> _ticks = [];
    private readonly List<(TimelineLane Lane, Bar Bar)> _bars = [];
    private readonly List<TimelineQueue> _queues;
    private readonly TimeSpan _end;
    private readonly bool _isCrowded;
    private readonly bool _isMerged;
    private readonly int _rowCount;

    public PlotlyFigure(Timeline timeline)
        : this([timeline], null)
    {
    }

    /// <summary>Two runs one above the other on one axis; lanes that differ carry a sign.</summary>
    public PlotlyFigure(TimelineComparison comparison)
        : this([comparison.First, comparison.Second], comparison)
    {
    }

    private PlotlyFigure(IReadOnlyList<Timeline> runs, TimelineComparison? comparison)
    {
        _runs = runs;
        _comparison = comparison;
        _json = new Utf8JsonWriter(_buffer);
        _queues = [.. runs.SelectMany(run => run.Queues)];
        _end = runs.Max(run => run.End);
        _isCrowded = runs.Any(run => run.Items.Count > MostItems);
        foreach (var run in runs)
        {
            if (comparison is not null)
                _ticks.Add((_rowCount++, $"<b>{(run == runs[0] ? $"A  {Name(comparison.FirstName)}" : $"B  {Name(comparison.SecondName)}")}</b>\u00A0"));
            var merger = new BarMerger([.. run.DrawnLanes], _end);
            _isMerged |= merger.Merges;
            foreach (var lane in run.DrawnLanes)
            {
                _rows[lane] = _rowCount;
                var sign = comparison is not null && comparison.Stressed.Contains(lane) ? "≠ " : "";
                _ticks.Add((_rowCount++, new string('\u00A0', 3 * Math.Min(lane.Depth, 6)) + sign + Escape(DisplayText.Name(lane.Name, 20)) + "\u00A0"));
                _bars.AddRange(merger.Bars(lane).Select(bar => (lane, bar)));
            }
        }
    }

    private double Height => Math.Max(_rowCount, 1) * LaneHeight + _queues.Count * (StripHeight + Gap);

    private IEnumerable<TimelineLane> Lanes => _rows.Keys;

    public string Write()
    {
        _json.WriteStartObject();
        _json.WriteStartArray("data");
        if (Lanes.All(l => l.Kind == LaneKind.Task && l.Spans.Count == 0))
            NoBar();
        Scopes();
        foreach (var look in StateLook.All)
        {
            States(look, isCancelled: false);
            States(look, isCancelled: true);
        }

        Merged();
        LastWaits();
        if (!_isCrowded)
        {
            Lines("hand-off", _runs.SelectMany(run => run.Items).Where(i => i is { PutLane: not null, GetLane: not null }).Select(i => (i.PutTime, i.PutLane!, i.GetTime!.Value, i.GetLane!)), "#57606a");
            Lines("woken by", _runs.SelectMany(run => run.Wakes).Where(w => w.By is not null && w.By != w.Woken).Select(w => (w.Time, w.By!, w.RunsAt, w.Woken)), "#CC79A7");
            Marks(MarkKind.Put, "put", "triangle-up", "#009E73", -0.36, 8);
            Marks(MarkKind.Get, "taken", "triangle-down-open", "#1f2328", -0.38, 8);
            Marks(MarkKind.ItemDone, "marked done", "circle", "#1f2328", 0.38, 4);
        }

        Marks(MarkKind.Remark, "remark", "diamond", "#F0E442", -0.38, 10);
        Marks(MarkKind.CancelRequested, "asked to stop", "octagon", "#b3261e", 0, 14);
        Marks(MarkKind.CancelObserved, "noticed it", "x", "#000", 0, 11);
        Marks(MarkKind.Failure, "failure", "star-diamond", "#b3261e", 0, 16);
        for (var i = 0; i < _queues.Count; i++)
            Depth(_queues[i], i);
        _json.WriteEndArray();
        Layout();
        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Name(string? name) => Escape(DisplayText.Name(name));

    private static decimal Seconds(TimeSpan time) => Math.Round(time.Ticks / (decimal)TimeSpan.TicksPerSecond, 6) / 1.000000000m;

    private static decimal Milliseconds(TimeSpan time) => Math.Round(time.Ticks / (decimal)TimeSpan.TicksPerMillisecond, 3) / 1.000000000m;

    /// <summary>A figure without any bar does not know of bars' layout, and one without any trace makes plotly's validation stumble.</summary>
    private void NoBar()
    {
        _json.WriteStartObject();
        _json.WriteString("type", "bar");
        Array("x", [0], _ => _json.WriteNullValue());
        Array("y", [0], _ => _json.WriteNullValue());
        _json.WriteBoolean("showlegend", false);
        _json.WriteEndObject();
    }

    private void Scopes()
    {
        var scopes = Lanes.Where(l => l.Kind == LaneKind.Scope).ToList();
        if (scopes.Count == 0)
            return;
        BeginTrace("bar", "scope open", "<b>%{customdata[0]}</b> open<br>%{customdata[1]}–%{customdata[2]} ms<br>%{customdata[3]}<extra></extra>");
        Bars([.. scopes.Select(l => (l.Start, l.End, l))], 0.34);
        Array("customdata", scopes, l => Row(() =>
        {
            _json.WriteStringValue(Name(l.Name));
            _json.WriteNumberValue(Milliseconds(l.Start));
            _json.WriteNumberValue(Milliseconds(l.End));
            _json.WriteStringValue(!l.HasEnded ? "never ended" : l.Outcome is { } outcome ? LaneNotes.Words(outcome) : "ended");
        }));
        Marker("#9bd0f0", "", isCancelled: false);
        _json.WriteEndObject();
    }

    private void States(StateLook look, bool isCancelled)
    {
        var spans = _bars.Where(b => b.Bar.Span is { } s && s.State == look.State && s.IsCancelled == isCancelled).Select(b => (b.Bar.Start, b.Bar.End, lane: b.Lane, span: b.Bar.Span!)).ToList();
        if (spans.Count == 0)
            return;

        var isWork = look.State == SpanState.Working;
        var isWoken = spans.Exists(s => s.span.WokenBy is not null);
        var words = (isWork ? $"working on %{{customdata[{(isWoken ? 4 : 3)}]}}" : look.Words) + (isCancelled ? ", cut short" : "");
        BeginTrace("bar", look.Words + (isCancelled ? ", cut short" : ""), $"<b>%{{customdata[0]}}</b> {words}<br>%{{customdata[1]}}–%{{customdata[2]}} ms{(isWoken ? "<br>woken by %{customdata[3]}" : "")}<extra></extra>");
        Bars([.. spans.Select(s => (s.Start, s.End, s.lane))], look.State == SpanState.Unspecified ? 0.2 : isWork ? 0.62 : 0, [.. spans.Select(s => s.lane.Kind == LaneKind.Scope ? 0.34 : 0.62)]);
        Array("customdata", spans, s => Row(() =>
        {
            _json.WriteStringValue(Name(s.lane.Name));
            _json.WriteNumberValue(Milliseconds(s.Start));
            _json.WriteNumberValue(Milliseconds(s.End));
            if (isWoken)
                _json.WriteStringValue(s.span.WokenBy is { } by ? Name(by) : "nobody");
            if (isWork)
                _json.WriteStringValue(Escape(StateLook.Work(s.span)));
        }));
        if (isWork)
        {
            Array("text", spans, s => _json.WriteStringValue(Escape(StateLook.Label(s.span, text => text.Length <= 4))));
            _json.WriteString("textposition", "inside");
            _json.WriteString("insidetextanchor", isCancelled ? "start" : "middle"); // the cross of the cancellation stands on the end
            _json.WriteNumber("textangle", 0);
            _json.WriteStartObject("insidetextfont");
            _json.WriteString("color", "white");
            _json.WriteEndObject();
        }

        Marker(look.Colour, look.Pattern, isCancelled);
        _json.WriteEndObject();
    }

    /// <summary>Runs of states too short to be told apart.</summary>
    private void Merged()
    {
        var runs = _bars.Where(b => b.Bar.Span is null).ToList();
        if (runs.Count == 0)
            return;
        BeginTrace("bar", "many short states", "<b>%{customdata[0]}</b> %{customdata[3]}<br>%{customdata[1]}–%{customdata[2]} ms<extra></extra>");
        Bars([.. runs.Select(r => (r.Bar.Start, r.Bar.End, r.Lane))], 0, [.. runs.Select(r => r.Lane.Kind == LaneKind.Scope ? 0.34 : 0.62)]);
        Array("customdata", runs, r => Row(() =>
        {
            _json.WriteStringValue(Name(r.Lane.Name));
            _json.WriteNumberValue(Milliseconds(r.Bar.Start));
            _json.WriteNumberValue(Milliseconds(r.Bar.End));
            _json.WriteStringValue(r.Bar.Words);
        }));
        Marker("#C3CAD1", "", isCancelled: false);
        _json.WriteEndObject();
    }

    /// <summary>What tasks wait for from the very end of the log on took no time; it is what the story is about all the same.</summary>
    private void LastWaits()
    {
        var stub = Math.Round((decimal)new TimeAxis(_end, 9).End * 0.01m, 6);
        foreach (var waits in Lanes.Where(lane => lane.EndsIn is not null).GroupBy(lane => StateLook.Of(lane.EndsIn!.Value)).OrderBy(g => g.Key.State))
        {
            var lanes = waits.ToList();
            BeginTrace("bar", $"{waits.Key.Words}, still", $"<b>%{{customdata}}</b> {waits.Key.Words} when the log ends<extra></extra>");
            _json.WriteString("orientation", "h");
            Array("base", lanes, lane => _json.WriteNumberValue(Seconds(lane.End)));
            Array("x", lanes, _ => _json.WriteNumberValue(stub));
            Array("y", lanes, lane => _json.WriteNumberValue(_rows[lane]));
            _json.WriteNumber("width", 0.62);
            Array("customdata", lanes, lane => _json.WriteStringValue(Name(lane.Name)));
            Marker(waits.Key.Colour, waits.Key.Pattern, isCancelled: false);
            _json.WriteEndObject();
        }
    }

    private void BeginTrace(string type, string name, string hover)
    {
        _json.WriteStartObject();
        _json.WriteString("type", type);
        _json.WriteString("name", name);
        _json.WriteString("hovertemplate", hover);
    }

    private void Bars(IReadOnlyList<(TimeSpan Start, TimeSpan End, TimelineLane Lane)> bars, double width, IReadOnlyList<double>? widths = null)
    {
        _json.WriteString("orientation", "h");
        Array("base", bars, b => _json.WriteNumberValue(Seconds(b.Start)));
        Array("x", bars, b => _json.WriteNumberValue(Seconds(b.End) - Seconds(b.Start)));
        Array("y", bars, b => _json.WriteNumberValue(_rows[b.Lane]));
        if (width > 0)
            _json.WriteNumber("width", width);
        else
            Array("width", widths!, _json.WriteNumberValue);
    }

    private void Marker(string colour, string pattern, bool isCancelled)
    {
        _json.WriteStartObject("marker");
        _json.WriteString("color", colour);
        if (pattern.Length > 0)
        {
            // Sub-keys of a pattern without a shape are no valid figure: the whole of it, or nothing.
            _json.WriteStartObject("pattern");
            _json.WriteString("shape", pattern);
            _json.WriteString("fillmode", "overlay");
            _json.WriteString("fgcolor", pattern == "x" ? "#fff" : "#111"); // as in the drawing: its colour is dark
            _json.WriteNumber("fgopacity", 0.55);
            _json.WriteNumber("size", 7);
            _json.WriteEndObject();
        }

        _json.WriteStartObject("line");
        _json.WriteString("color", isCancelled ? "#000" : "#fff");
        _json.WriteNumber("width", isCancelled ? 3 : 0.5);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Lines(string name, IEnumerable<(TimeSpan From, TimelineLane FromLane, TimeSpan To, TimelineLane ToLane)> lines, string colour)
    {
        var all = lines.Where(line => _rows.ContainsKey(line.FromLane) && _rows.ContainsKey(line.ToLane)).ToList();
        if (all.Count == 0)
            return;
        _json.WriteStartObject();
        _json.WriteString("type", "scatter");
        _json.WriteString("mode", "lines");
        _json.WriteString("name", name);
        _json.WriteString("visible", "legendonly");
        _json.WriteString("hoverinfo", "skip");
        _json.WriteStartArray("x");
        foreach (var line in all)
        {
            _json.WriteNumberValue(Seconds(line.From));
            _json.WriteNumberValue(Seconds(line.To));
            _json.WriteNullValue();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("y");
        foreach (var line in all)
        {
            _json.WriteNumberValue(_rows[line.FromLane]);
            _json.WriteNumberValue(_rows[line.ToLane]);
            _json.WriteNullValue();
        }

        _json.WriteEndArray();
        _json.WriteStartObject("line");
        _json.WriteString("color", colour);
        _json.WriteNumber("width", 1);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Marks(MarkKind kind, string name, string symbol, string colour, double offset, double size)
    {
        var marks = Lanes.SelectMany(lane => lane.Marks.Where(m => m.Kind == kind).Select(mark => (mark, lane))).ToList();
        if (marks.Count > MostItems) // what stands on one spot is drawn once
            marks = [.. marks.DistinctBy(m => (m.lane, m.mark.Time.Ticks * MostSteps / Math.Max(1, _end.Ticks)))];
        if (marks.Count == 0)
            return;
        var hasItem = kind is MarkKind.Put or MarkKind.Get or MarkKind.ItemDone;
        var hasText = !hasItem && marks.Exists(m => !string.IsNullOrEmpty(m.mark.Text));
        BeginTrace("scatter", name, $"{name}{(hasItem ? " %{text}" : hasText ? ": %{text}" : "")}<br>%{{x:.3f}} s<extra></extra>");
        _json.WriteString("mode", "markers");
        Array("x", marks, m => _json.WriteNumberValue(Seconds(m.mark.Time)));
        Array("y", marks, m => _json.WriteNumberValue(_rows[m.lane] + offset));
        if (hasItem)
            Array("text", marks, m => _json.WriteStringValue(Escape(DisplayText.Name(m.mark.Item, 12))));
        else if (hasText)
            Array("text", marks, m => _json.WriteStringValue(Escape(DisplayText.Clean(m.mark.Text, 100))));
        _json.WriteStartObject("marker");
        _json.WriteString("symbol", symbol);
        _json.WriteString("color", colour);
        _json.WriteNumber("size", size);
        if (kind is MarkKind.CancelRequested or MarkKind.CancelObserved or MarkKind.Failure)
        {
            _json.WriteStartObject("line");
            _json.WriteString("color", "#fff");
            _json.WriteNumber("width", 1.2);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteBoolean("cliponaxis", false);
        _json.WriteEndObject();
    }

    private void Depth(TimelineQueue queue, int index)
    {
        BeginTrace("scatter", $"{Name(queue.Name)} depth", $"%{{y}} in {Name(queue.Name)}<br>from %{{x:.3f}} s<extra></extra>");
        var steps = queue.DrawnSteps(_end, MostSteps).ToList();
        if (steps is [{ Time: var first }, ..] && first > TimeSpan.Zero)
            steps.Insert(0, new QueueStep(TimeSpan.Zero, 0));
        steps.Add(new QueueStep(_runs.First(run => run.Queues.Contains(queue)).End, queue.StepList is [.., var last] ? last.Depth : 0));
        _json.WriteString("mode", "lines");
        Array("x", steps, s => _json.WriteNumberValue(Seconds(s.Time)));
        Array("y", steps, s => _json.WriteNumberValue(s.Depth));
        _json.WriteString("yaxis", $"y{index + 2}");
        _json.WriteString("fill", "tozeroy");
        _json.WriteString("fillcolor", "rgba(140,149,159,0.35)");
        _json.WriteStartObject("line");
        _json.WriteString("shape", "hv");
        _json.WriteString("color", "#57606a");
        _json.WriteNumber("width", 1.4);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Layout()
    {
        var caption = DisplayText.Balance(_comparison?.Caption ?? _runs[0].Caption, 60).Select(Escape).ToList();
        foreach (var note in Notes())
            caption.AddRange(DisplayText.Balance(note, 60).Select(line => $"<b>{Escape(line)}</b>"));
        var top = 64 + 17 * caption.Count + 28;
        const int Bottom = 160;
        var end = new TimeAxis(_end, 9).End;

        _json.WriteStartObject("layout");
        _json.WriteStartObject("title");
        _json.WriteString("text", Escape(_comparison?.Title ?? _runs[0].Title));
        _json.WriteNumber("x", 0.01);
        _json.WriteString("xanchor", "left");
        _json.WriteNumber("y", 1);
        _json.WriteString("yref", "container");
        _json.WriteString("yanchor", "top");
        _json.WriteStartObject("pad");
        _json.WriteNumber("t", 18);
        _json.WriteEndObject();
        _json.WriteStartObject("subtitle");
        _json.WriteString("text", string.Join("<br>", caption));
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteNumber("height", Height + top + Bottom);
        _json.WriteStartObject("margin");
        _json.WriteNumber("t", top);
        _json.WriteNumber("b", Bottom);
        _json.WriteNumber("l", 20);
        _json.WriteNumber("r", 90);
        _json.WriteEndObject();
        _json.WriteString("barmode", "overlay");
        _json.WriteString("hovermode", "closest");
        _json.WriteString("paper_bgcolor", "#fff");
        _json.WriteString("plot_bgcolor", "#fff");
        _json.WriteStartObject("font");
        _json.WriteString("color", "#1f2328");
        _json.WriteEndObject();
        _json.WriteStartObject("uniformtext");
        _json.WriteString("mode", "hide");
        _json.WriteNumber("minsize", 10);
        _json.WriteEndObject();
        _json.WriteBoolean("showlegend", true); // said, or a figure with one trace has no legend to place, and plotly's validation stumbles
        _json.WriteStartObject("legend");
        _json.WriteString("orientation", "h");
        _json.WriteString("yref", "container");
        _json.WriteNumber("y", 0);
        _json.WriteString("yanchor", "bottom");
        _json.WriteNumber("x", 0);
        _json.WriteEndObject();

        _json.WriteStartObject("xaxis");
        _json.WriteStartArray("range");
        _json.WriteNumberValue(Math.Round(-end * 0.004, 6));
        _json.WriteNumberValue(Math.Round(end * 1.012, 6));
        _json.WriteEndArray();
        _json.WriteStartObject("title");
        _json.WriteString("text", _runs.All(run => run.IsVirtual) ? "virtual time (s)" : "time (s)");
        _json.WriteNumber("standoff", 6);
        _json.WriteEndObject();
        _json.WriteString("gridcolor", "#d0d7de");
        _json.WriteBoolean("zeroline", false);
        if (_queues.Count > 0)
            _json.WriteString("anchor", $"y{_queues.Count + 1}");
        _json.WriteEndObject();

        var lanesBottom = _queues.Count * (StripHeight + Gap) / Height;
        _json.WriteStartObject("yaxis");
        Range(Math.Max(_rowCount, 1) - 0.45, -0.55);
        Domain(lanesBottom, 1);
        _json.WriteString("tickmode", "array");
        Array("tickvals", _ticks, tick => _json.WriteNumberValue(tick.Row));
        Array("ticktext", _ticks, tick => _json.WriteStringValue(tick.Label));
        _json.WriteBoolean("showgrid", false);
        _json.WriteBoolean("zeroline", false);
        _json.WriteBoolean("automargin", true);
        _json.WriteBoolean("fixedrange", true);
        _json.WriteEndObject();

        for (var i = 0; i < _queues.Count; i++)
        {
            var queue = _queues[i];
            var stripTop = (_queues.Count - i) * (StripHeight + Gap) - Gap;
            _json.WriteStartObject($"yaxis{i + 2}");
            Domain((stripTop - StripHeight) / Height, stripTop / Height);
            Range(0, queue.Top * 1.08);
            _json.WriteStartObject("title");
            _json.WriteString("text", (_comparison is null ? "" : _comparison.First.Queues.Contains(queue) ? "A " : "B ") + Name(queue.Name));
            _json.WriteEndObject();
            _json.WriteNumber("nticks", 4);
            _json.WriteString("tickformat", "d");
            _json.WriteBoolean("zeroline", false);
            _json.WriteBoolean("fixedrange", true);
            _json.WriteString("gridcolor", "#e6eaef");
            _json.WriteEndObject();
        }

        var roots = _runs.SelectMany(run => run.RootCancellations).Take(MostRequests).ToList();
        var limited = _queues.Select((queue, i) => (queue, i)).Where(q => q.queue.ShowsCapacity).ToList();
        if (roots.Count + limited.Count > 0)
        {
            _json.WriteStartArray("shapes");
            foreach (var root in roots)
                Shape(Seconds(root.Time), Seconds(root.Time), "x", 0, 1, "paper", "#b3261e", "dash", 2);
            foreach (var (queue, i) in limited)
                Shape(0, 1, "paper", queue.Capacity!.Value, queue.Capacity.Value, $"y{i + 2}", "#57606a", "dot", 1.4);
            _json.WriteEndArray();
            _json.WriteStartArray("annotations");
            foreach (var root in roots)
                Annotation(Seconds(root.Time), "x", "center", 1, "paper", "bottom", Escape(LaneNotes.Label(root)), "#b3261e");
            foreach (var (queue, i) in limited)
                Annotation(1, "paper", "left", queue.Capacity!.Value, $"y{i + 2}", "middle", $" capacity {queue.Capacity}", "#57606a");
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    /// <summary>What is left out, and what about the logs does not add up.</summary>
    private IEnumerable<string> Notes()
    {
        if (_isMerged)
            yield return "Runs of short states are drawn as one grey bar.";
        if (_isCrowded)
            yield return $"Marks and hand-offs of {_runs.Sum(run => run.Items.Count)} items are left out for want of room.";
        foreach (var run in _runs)
        {
            if (run.LeftOut.Length > 0)
                yield return run.LeftOut;
            var notices = run.Notices.Where(n => n.Sequence is not null).ToList();
            foreach (var notice in notices.Take(MostNotices))
                yield return "Note: " + notice.Text;
            if (notices.Count > MostNotices)
                yield return $"And {notices.Count - MostNotices} more notes on the log.";
        }
    }

    private void Range(double from, double to)
    {
        _json.WriteStartArray("range");
        _json.WriteNumberValue(from);
        _json.WriteNumberValue(to);
        _json.WriteEndArray();
    }

    private void Domain(double from, double to)
    {
        _json.WriteStartArray("domain");
        _json.WriteNumberValue(Math.Round(from, 4));
        _json.WriteNumberValue(Math.Round(to, 4));
        _json.WriteEndArray();
    }

    private void Shape(decimal x0, decimal x1, string xref, int y0, int y1, string yref, string colour, string dash, double width)
    {
        _json.WriteStartObject();
        _json.WriteString("type", "line");
        _json.WriteString("xref", xref);
        _json.WriteString("yref", yref);
        _json.WriteNumber("x0", x0);
        _json.WriteNumber("x1", x1);
        _json.WriteNumber("y0", y0);
        _json.WriteNumber("y1", y1);
        _json.WriteStartObject("line");
        _json.WriteString("color", colour);
        _json.WriteString("dash", dash);
        _json.WriteNumber("width", width);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Annotation(decimal x, string xref, string xanchor, int y, string yref, string yanchor, string text, string colour)
    {
        _json.WriteStartObject();
        _json.WriteNumber("x", x);
        _json.WriteString("xref", xref);
        _json.WriteString("xanchor", xanchor);
        _json.WriteNumber("y", y);
        _json.WriteString("yref", yref);
        _json.WriteString("yanchor", yanchor);
        _json.WriteString("text", text);
        _json.WriteBoolean("showarrow", false);
        _json.WriteStartObject("font");
        _json.WriteString("color", colour);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Array<T>(string name, IEnumerable<T> values, Action<T> write)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
            write(value);
        _json.WriteEndArray();
    }

    private void Row(Action write)
    {
        _json.WriteStartArray();
        write();
        _json.WriteEndArray();
    }
}
