using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Timelines;

/// <summary>Draws a timeline as SVG.</summary>
/// <remarks>
/// Sizes are for a drawing 1100 wide that a page shows at about 830: nothing is set smaller than 16, which is 12 pixels there.
/// Every colour is a class, so that dark pages get theirs; the drawing has a ground of its own, so that it can be read on any.
/// </remarks>
internal sealed class SvgDrawing
{
    private const double Width = 1100;
    private const double Edge = 24;
    private const double Size = 16;
    private const double Indent = 18;
    private const double TaskPitch = 42;
    private const double TaskBar = 24;
    private const double ScopePitch = 34;
    private const double ScopeBar = 10;
    private const double StripHeight = 58;
    private const double WidestLabels = 278;
    private const double LabelMargins = 2 * Edge - 6;
    private const int MostMarkedItems = 150;
    private const int MostNotices = 3;
    private const int MostSteps = 700;
    private const int MostRemarks = 20;
    private const int MostTints = 4;

    private readonly Timeline _timeline;
    private readonly StringBuilder _svg = new(32 * 1024);
    private readonly IReadOnlySet<TimelineLane> _stressed;
    private readonly string _id;
    private readonly bool _isCrowded;
    private readonly double _left;
    private readonly double _right;
    private readonly TimeAxis _axis;
    private readonly IReadOnlyList<TimelineLane> _lanes;
    private readonly double[] _middles;
    private readonly BarMerger _merger;
    private readonly bool _isMerged;
    private readonly HashSet<(MarkKind? Kind, double X, double Y)> _drawn = [];
    private readonly HashSet<long> _roots;
    private double _lanesTop;
    private IReadOnlyList<double> _strips = [];
    private double _axisLine;
    private bool _isPage;

    public SvgDrawing(Timeline timeline)
        : this(timeline, [timeline], new HashSet<TimelineLane>()) => _id = "tl" + Fingerprint(timeline).ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>One of several runs on one axis.</summary>
    /// <param name="timeline">What is drawn.</param>
    /// <param name="all">All runs of the drawing: room and axis are the same for all.</param>
    /// <param name="stressed">Lanes to set off from the others.</param>
    private SvgDrawing(Timeline timeline, IReadOnlyList<Timeline> all, IReadOnlySet<TimelineLane> stressed)
    {
        _timeline = timeline;
        _stressed = stressed;
        _id = "";
        _isCrowded = all.Any(t => t.Items.Count > MostMarkedItems || t.DrawnLanes.Sum(lane => (long)lane.Marks.Count) > 10 * MostMarkedItems);
        var lanes = all.SelectMany(t => t.DrawnLanes);
        var queues = all.SelectMany(t => t.Queues).ToList();
        _left = Math.Clamp(lanes.Select(LabelWidth).Concat(queues.Select(q => BoldWidth(QueueLabel(q)))).DefaultIfEmpty(0).Max() + LabelMargins, 110, WidestLabels + LabelMargins);
        var notes = all.SelectMany(t => t.DrawnLanes.Select(lane => NoteWidth(lane, t))).Concat(queues.Where(q => q.Capacity is not null).Select(q => DisplayText.Ems($"capacity {q.Capacity}") * Size));
        _right = Width - Math.Clamp(notes.DefaultIfEmpty(0).Max() + Edge + 16, 90, 380);
        _axis = new TimeAxis(all.Max(t => t.End), 9);
        _lanes = [.. timeline.DrawnLanes];
        _middles = new double[_lanes.Count];
        _merger = new BarMerger(_lanes, TimeSpan.FromSeconds(_axis.End));
        _isMerged = all.Any(t => new BarMerger([.. t.DrawnLanes], TimeSpan.FromSeconds(_axis.End)).Merges);
        _roots = [.. timeline.RootCancellations.Select(c => c.Sequence)];
    }

    private SvgDrawing(Timeline timeline, IReadOnlyList<Timeline> all, IReadOnlySet<TimelineLane> stressed, string id)
        : this(timeline, all, stressed) => _id = id;

    /// <summary>Draws two runs one above the other on one axis; what differs is set off.</summary>
    public static string Draw(TimelineComparison comparison) => Draw(comparison, hasHeading: true, out _);

    /// <summary>The drawing for a page, which says title and caption itself, and whose script frames in it what the keyboard is on.</summary>
    public static string DrawForPage(TimelineComparison comparison, out DrawingFrame frame) => Draw(comparison, hasHeading: false, out frame);

    private static string Draw(TimelineComparison comparison, bool hasHeading, out DrawingFrame frame)
    {
        var middles = new List<double>();
        frame = null!;
        IReadOnlyList<Timeline> all = [comparison.First, comparison.Second];
        var id = $"tl{Fingerprint(comparison.First) ^ Fingerprint(comparison.Second) * 31:x8}";
        var stressed = comparison.Stressed;
        var svg = new StringBuilder(64 * 1024);
        var y = 0.0;
        for (var i = 0; i < all.Count; i++)
        {
            var panel = new SvgDrawing(all[i], all, stressed, id);
            if (i == 0)
                y = hasHeading ? panel.Heading(comparison.Title, comparison.Caption) : 0;
            panel.Text(Edge, y += 40, "tl-title", DisplayText.Clean($"{(char)('A' + i)}  {(i == 0 ? comparison.FirstName : comparison.SecondName)}: {all[i].Title}", 72));
            y = panel.Body(y + 4, comparison.DivergesAt) + 30;
            y = panel.Notes(y);
            middles.AddRange(panel._middles);
            frame = panel.Frame with { Middles = middles };
            if (i == all.Count - 1)
                y = panel.Legend(y + 22, all, stressed.Count > 0, comparison.DivergesAt is not null);
            svg.Append(panel._svg);
        }

        var document = new StringBuilder(svg.Length + 4096);
        Head(document, id, "Comparison: " + comparison.Title, comparison.Caption, y + Edge - 8, all);
        document.Append(hasHeading ? "" : "<g class=\"tl-body\">\n").Append(svg).Append(hasHeading ? "" : "</g>\n");
        return document.Append("</svg>\n").ToString();
    }

    /// <summary>Whether there is more than one drawing can show: a page then draws what is in view.</summary>
    public bool LeavesOut => _isMerged || _timeline.LeftOut.Length > 0;

    /// <summary>Where things stand in the drawing, once it is drawn.</summary>
    public DrawingFrame Frame => new(_left, _right, _lanesTop, _middles, _strips, _axisLine, _id);

    /// <summary>The drawing for a page, which says title and caption itself, and whose script draws the body anew.</summary>
    public string DrawForPage()
    {
        _isPage = true;
        return Draw();
    }

    public string Draw()
    {
        var y = _isPage ? Edge : Heading(_timeline.Title, _timeline.Caption);
        _svg.Append(_isPage ? "<g class=\"tl-body\">\n" : "");
        var axisLine = Body(y);
        _svg.Append(_isPage ? "</g>\n" : "");
        var low = Notes(Legend(axisLine + 52, [_timeline]));
        var document = new StringBuilder(_svg.Length + 4096);
        Head(document, _id, "Timeline: " + _timeline.Title, _timeline.Caption, low + Edge - 8, [_timeline]);
        return document.Append(_svg).Append("</svg>\n").ToString();
    }

    /// <summary>Draws lanes, queues and axis from <paramref name="body"/> down.</summary>
    /// <returns>Where the axis lies.</returns>
    private double Body(double body, TimeSpan? divergesAt = null)
    {
        var roots = _timeline.RootCancellations.ToList();
        body += roots.Count > 0 ? 38 : 16;
        var labelLine = body - 4;
        _lanesTop = body;
        for (var i = 0; i < _middles.Length; i++)
        {
            var pitch = _lanes[i].Kind == LaneKind.Task ? TaskPitch : ScopePitch;
            _middles[i] = body + pitch / 2;
            body += pitch;
        }

        body += 6;
        var strips = new List<double>();
        foreach (var _ in _timeline.Queues)
        {
            body += 24;
            strips.Add(body);
            body += StripHeight;
        }

        var axisLine = body + (strips.Count == 0 ? 4 : 0);
        (_strips, _axisLine) = (strips, axisLine);
        foreach (var lane in _lanes.Where(_stressed.Contains))
            Stress(lane);
        Grid(axisLine);
        foreach (var lane in _lanes.Where(l => l.Kind == LaneKind.Scope))
            ScopeGround(lane);
        for (var i = 0; i < strips.Count; i++)
            Strip(_timeline.Queues[i], strips[i]);
        if (divergesAt is { } time) // behind the bars: it must not strike their labels through
            _svg.Append($"<path class=\"tl-diverge\" d=\"M{N(X(time))} {N(_lanesTop - 4)}V{N(axisLine)}\">{Tip($"The runs differ from here on, {DisplayText.SecondsWithUnit(time)}")}</path>\n");
        if (!_isCrowded)
            HandOffs();
        foreach (var lane in _lanes)
            Lane(lane);
        CancellationLines(roots, labelLine, axisLine);
        foreach (var lane in _lanes)
            Marks(lane);
        Ticks(axisLine);
        return axisLine;
    }

    /// <summary>Sets off a lane that the other run does not have like this.</summary>
    private void Stress(TimelineLane lane)
    {
        var pitch = lane.Kind == LaneKind.Task ? TaskPitch : ScopePitch;
        _svg.Append($"<rect class=\"tl-differs\" x=\"0\" y=\"{N(_middles[lane.Index] - pitch / 2)}\" width=\"{N(Width)}\" height=\"{N(pitch)}\"/>\n");
        Text(5, _middles[lane.Index] + 5.5, "tl-name", "≠");
    }

    /// <returns>Where it ends.</returns>
    private double Heading(string title, string caption)
    {
        var y = Edge + 22.0;
        Text(Edge, y, "tl-title", DisplayText.Clean(title, 72));
        y += 10;
        foreach (var line in DisplayText.Balance(caption, (Width - 2 * Edge) / Size))
            Text(Edge, y += 22, "tl-text", line);
        return y;
    }

    private double X(TimeSpan time) => X(time.TotalSeconds);

    private double X(double seconds) => _left + seconds / _axis.End * (_right - _left);

    private static double LabelWidth(TimelineLane lane) => IndentOf(lane) + BoldWidth(LabelOf(lane));

    private static string LabelOf(TimelineLane lane) => Fitting(lane.Name, 20, WidestLabels - IndentOf(lane));

    /// <summary>As much of a name as has room, however wide its letters are.</summary>
    private static string Fitting(string name, int longest, double room)
    {
        var label = DisplayText.Name(name, longest);
        while (longest > 2 && BoldWidth(label) > room)
            label = DisplayText.Name(name, --longest);
        return label;
    }

    private static double BoldWidth(string text) => DisplayText.Ems(text) * 1.08 * Size;

    private static string QueueLabel(TimelineQueue queue) => Fitting(queue.Name, 18, WidestLabels - 40); // the strip's numbers stand beside it

    private static double IndentOf(TimelineLane lane) => Math.Min(lane.Depth, 6) * Indent;

    private static double NoteWidth(TimelineLane lane, Timeline timeline)
    {
        var (plain, stressed) = LaneNotes.Of(lane, timeline);
        return DisplayText.Ems(plain + " · ") * Size + BoldWidth(stressed);
    }

    /// <summary>Two drawings in one page must not share names of patterns.</summary>
    private static uint Fingerprint(Timeline timeline)
    {
        var hash = 2166136261u;
        foreach (var c in $"{timeline.Title}|{timeline.Caption}|{timeline.Events.Count}|{timeline.End.Ticks}")
            hash = (hash ^ c) * 16777619u;
        return hash;
    }

    private static void Head(StringBuilder svg, string id, string title, string caption, double height, IReadOnlyList<Timeline> shown)
    {
        // The size is in the style alone: the classic notebook takes an attribute for the width of its column, and cuts what is wider.
        var h = N(Math.Ceiling(height));
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(Width)} {h}\" style=\"width:{N(Width)}px;max-width:100%;height:auto\" class=\"tl\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n");
        svg.Append($"<title id=\"{id}-t\">{Escape(title)}</title>\n<desc id=\"{id}-d\">{Escape(caption)}</desc>\n");
        svg.Append(
            """
            <style>
            .tl text{font:16px "Helvetica Neue",Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;fill:#1f2328}
            .tl .tl-title{font:bold 22px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
            .tl .tl-name{font-weight:bold}
            .tl .tl-scope-name,.tl .tl-quiet{fill:#57606a}
            .tl .tl-end{text-anchor:end}
            .tl .tl-mid{text-anchor:middle}
            .tl .tl-on-bar{fill:#fff;text-anchor:middle}
            .tl .tl-stress{font-weight:bold}
            .tl .tl-red-text{fill:#b3261e;font-weight:bold}
            .tl .tl-ground,.tl .tl-torn{fill:#fff}
            .tl .tl-grid{stroke:#d0d7de;stroke-width:1;opacity:.7}
            .tl .tl-line{stroke:#57606a;stroke-width:1}
            .tl .tl-scope-ground{fill:#56b4e9;opacity:.1}
            .tl .tl-scope{fill:#9bd0f0}
            .tl .tl-scope-end{stroke:#2f8fc7;stroke-width:2.5}
            .tl .tl-hand{stroke:#57606a;stroke-width:1;opacity:.38;fill:none}
            .tl .tl-cut{fill:none;stroke:#000;stroke-width:3}
            .tl .tl-red{stroke:#b3261e;stroke-width:2;stroke-dasharray:6 4}
            .tl .tl-red-fill{fill:#b3261e;stroke:#fff;stroke-width:1.5}
            .tl .tl-x{stroke:#000;stroke-width:4.5;fill:none}
            .tl .tl-x-halo{stroke:#fff;stroke-width:8;fill:none}
            .tl .tl-put{fill:#009e73}
            .tl .tl-get{fill:#fff;stroke:#1f2328;stroke-width:1.3}
            .tl .tl-done{fill:#1f2328}
            .tl .tl-remark{fill:#f0e442;stroke:#1f2328;stroke-width:1.2}
            .tl .tl-depth{fill:#8c959f;fill-opacity:.35;stroke:#57606a;stroke-width:1.4}
            .tl .tl-dense{stroke-width:0;fill-opacity:.7}
            .tl .tl-cap{stroke:#57606a;stroke-width:1.4;stroke-dasharray:3 3}

            """);
        foreach (var look in StateLook.All)
            svg.Append($".tl .tl-s-{look.Key}{{fill:{look.Colour}}}\n");
        svg.Append(
            """
            @media (prefers-color-scheme:dark){
            .tl text{fill:#e6edf3}
            .tl .tl-scope-name,.tl .tl-quiet{fill:#9da7b3}
            .tl .tl-on-bar{fill:#fff}
            .tl .tl-red-text{fill:#ff8f85}
            .tl .tl-ground,.tl .tl-torn{fill:#0d1117}
            .tl .tl-grid{stroke:#30363d;opacity:1}
            .tl .tl-line,.tl .tl-cap{stroke:#9da7b3}
            .tl .tl-scope-ground{opacity:.13}
            .tl .tl-scope{fill:#2b668a}
            .tl .tl-scope-end{stroke:#56b4e9}
            .tl .tl-hand{stroke:#c9d1d9;opacity:.4}
            .tl .tl-cut{stroke:#fff}
            .tl .tl-red{stroke:#ff6b60}
            .tl .tl-red-fill{fill:#ff6b60;stroke:#0d1117}
            .tl .tl-x{stroke:#fff}
            .tl .tl-x-halo{stroke:#0d1117}
            .tl .tl-put{fill:#1fc795}
            .tl .tl-get{fill:#0d1117;stroke:#e6edf3}
            .tl .tl-done{fill:#e6edf3}
            .tl .tl-remark{stroke:#0d1117}
            .tl .tl-depth{stroke:#c9d1d9}
            }

            """.ReplaceLineEndings("\n"));
        if (shown.Count > 1)
            svg.Append(".tl .tl-differs{fill:#f0e442;fill-opacity:.3}\n.tl .tl-diverge{stroke:#7b3294;stroke-width:3;stroke-dasharray:2 5;stroke-linecap:round}\n@media (prefers-color-scheme:dark){.tl .tl-differs{fill-opacity:.16}.tl .tl-diverge{stroke:#d8a6ee} }\n");
        svg.Append(".tl .tl-many{fill:#c3cad1}\n@media (prefers-color-scheme:dark){.tl .tl-many{fill:#48525c} }\n");
        svg.Append("</style>\n<defs>\n");
        foreach (var look in UsedStates(shown).Where(l => l.Pattern.Length > 0))
        {
            var lines = look.Pattern switch
            {
                "/" => "<path d=\"M-2 10L10 -2M-2 2L2 -2M6 10L10 6\" stroke=\"#000\" stroke-opacity=\".55\" stroke-width=\"1.8\"/>",
                "\\" => "<path d=\"M-2 -2L10 10M6 -2L10 2M-2 6L2 10\" stroke=\"#000\" stroke-opacity=\".6\" stroke-width=\"1.8\"/>",
                "-" => "<path d=\"M0 2H8M0 6H8\" stroke=\"#000\" stroke-opacity=\".5\" stroke-width=\"1.2\"/>",
                "x" => "<path d=\"M-2 -2L10 10M-2 10L10 -2\" stroke=\"#fff\" stroke-opacity=\".75\" stroke-width=\"1.3\"/>",
                "|" => "<path d=\"M2 0V8M6 0V8\" stroke=\"#000\" stroke-opacity=\".5\" stroke-width=\"1.2\"/>",
                _ => "<circle cx=\"2\" cy=\"2\" r=\"1.1\"/><circle cx=\"6\" cy=\"6\" r=\"1.1\"/>",
            };
            svg.Append($"<pattern id=\"{id}-{look.Key}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" class=\"tl-s-{look.Key}\"/>{lines}</pattern>\n");
        }

        svg.Append($"</defs>\n<rect class=\"tl-ground\" width=\"{N(Width)}\" height=\"{h}\" rx=\"6\"/>\n");
    }

    private void Grid(double axisLine)
    {
        foreach (var (seconds, _) in _axis.Ticks)
            _svg.Append($"<path class=\"tl-grid\" d=\"M{N(X(seconds))} {N(_lanesTop)}V{N(axisLine)}\"/>\n");
    }

    private void Ticks(double axisLine)
    {
        _svg.Append($"<path class=\"tl-line\" d=\"M{N(_left)} {N(axisLine)}H{N(_right)}\"/>\n");
        foreach (var (seconds, label) in _axis.Ticks)
        {
            _svg.Append($"<path class=\"tl-line\" d=\"M{N(X(seconds))} {N(axisLine)}v5\"/>\n");
            Text(X(seconds), axisLine + 21, "tl-mid", label);
        }

        var clock = _timeline.IsVirtual ? "virtual seconds" : "seconds";
        var last = X(_axis.Ticks[^1].Seconds) + DisplayText.Ems(_axis.Ticks[^1].Label) * Size / 2;
        Text(Math.Max(last + 8, _right + 12), axisLine + 21, "tl-quiet", DisplayText.Ems(clock) * Size < Width - Math.Max(last + 8, _right + 12) ? clock : "s");
    }

    /// <summary>A scope is a tinted field that holds all its children, and ends where it ends.</summary>
    private void ScopeGround(TimelineLane lane)
    {
        var bottom = Last(lane);
        var top = _middles[lane.Index] - ScopeBar / 2;
        var low = bottom == lane.Index ? top + ScopeBar : _middles[bottom] + (_lanes[bottom].Kind == LaneKind.Task ? TaskPitch : ScopeBar + 4) / 2 + 1;
        if (lane.Depth < MostTints) // tints add up: on more of them the bars of scopes could not be seen
            _svg.Append($"<rect class=\"tl-scope-ground\" x=\"{N(X(lane.Start))}\" y=\"{N(top)}\" width=\"{N(W(lane.Start, lane.End))}\" height=\"{N(low - top)}\"/>\n");
        if (lane.HasEnded)
            _svg.Append($"<path class=\"tl-scope-end\" d=\"M{N(X(lane.End))} {N(top)}V{N(low)}\"/>\n");
    }

    private int Last(TimelineLane lane) => Math.Min(_timeline.LastUnder(lane), _lanes.Count - 1);

    private double W(TimeSpan start, TimeSpan end) => Math.Max(X(end) - X(start), 0.8);

    private void Lane(TimelineLane lane)
    {
        var middle = _middles[lane.Index];
        Text(Edge + IndentOf(lane), middle + 5.5, lane.Kind == LaneKind.Task ? "tl-name" : "tl-scope-name", LabelOf(lane));
        var (plain, stressed) = LaneNotes.Of(lane, _timeline);
        if (plain.Length + stressed.Length > 0)
        {
            _svg.Append($"<text x=\"{N(_right + 16)}\" y=\"{N(middle + 5.5)}\" class=\"{(lane.Kind == LaneKind.Task ? "tl-text" : "tl-quiet")}\">{Escape(plain)}");
            if (stressed.Length > 0)
                _svg.Append($"{(plain.Length > 0 ? " · " : "")}<tspan class=\"tl-stress\">{Escape(stressed)}</tspan>");
            _svg.Append("</text>\n");
        }

        if (lane.Kind == LaneKind.Scope)
        {
            _svg.Append($"<rect class=\"tl-scope\" x=\"{N(X(lane.Start))}\" y=\"{N(middle - ScopeBar / 2)}\" width=\"{N(W(lane.Start, lane.End))}\" height=\"{N(ScopeBar)}\">{Tip(ScopeTip(lane))}</rect>\n");
            Bars(lane, middle, ScopeBar);
            return;
        }

        Bars(lane, middle, TaskBar);
        foreach (var span in lane.Spans.Where(s => s.IsCancelled))
        {
            if (!IsNew(null, X(span.Start), middle))
                continue;
            var low = span.State == SpanState.Unspecified ? TaskBar / 3 + 6 : TaskBar;
            _svg.Append($"<rect class=\"tl-cut\" x=\"{N(X(span.Start) + 1.5)}\" y=\"{N(middle - low / 2 + 1.5)}\" width=\"{N(Math.Max(W(span.Start, span.End) - 3, 0.5))}\" height=\"{N(low - 3)}\"/>\n");
        }

        // What a task does from the very end of the log on took no time; it is what the story is about all the same.
        var end = X(lane.End);
        if (lane.EndsIn is { } state)
        {
            _svg.Append($"<rect {Fill(StateLook.Of(state))} x=\"{N(end)}\" y=\"{N(middle - TaskBar / 2)}\" width=\"11\" height=\"{N(TaskBar)}\">{Tip($"{DisplayText.Name(lane.Name)}: {StateLook.Of(state).Words} when the log ends")}</rect>\n");
            end += 11;
        }

        if (!lane.HasEnded) // torn off, where a life that ended has a straight edge
            _svg.Append($"<path class=\"tl-torn\" d=\"M{N(end + 1)} {N(middle - TaskBar / 2 - 1)}l-7 4l6 5l-8 5l8 5l-7 4l7 4h2v-27z\"/>\n");
    }

    private void Span(TimelineLane lane, TimelineSpan span, double middle, double bar)
    {
        var look = StateLook.Of(span.State);
        var width = W(span.Start, span.End);
        var gap = width > 4 && span.State == SpanState.Working ? 1 : 0; // one piece of work ends visibly before the next begins
        var low = span.State == SpanState.Unspecified ? bar / 3 : bar;
        _svg.Append($"<rect {Fill(look)} x=\"{N(X(span.Start))}\" y=\"{N(middle - low / 2)}\" width=\"{N(width - gap)}\" height=\"{N(low)}\">{Tip(SpanTip(lane, span))}</rect>\n");

        // The cross of a cancellation stands on the end of the span: the label keeps clear of it.
        var room = width - (span.IsCancelled ? 10 : 0);
        var label = bar < TaskBar ? "" : StateLook.Label(span, text => DisplayText.Ems(text) * Size + 1.5 <= room);
        if (label.Length > 0)
            Text(X(span.Start) + room / 2, middle + 5.7, "tl-on-bar", label);
    }

    /// <summary>Draws spans that can be told apart each by itself; a run of shorter ones as a grey bar, in which the blue part is work.</summary>
    private void Bars(TimelineLane lane, double middle, double height)
    {
        foreach (var bar in _merger.Bars(lane))
        {
            if (bar.Span is { } span)
            {
                Span(lane, span, middle, height);
                continue;
            }

            var low = middle + height / 2;
            _svg.Append($"<rect class=\"tl-many\" x=\"{N(X(bar.Start))}\" y=\"{N(middle - height / 2)}\" width=\"{N(W(bar.Start, bar.End))}\" height=\"{N(height)}\">{Tip($"{DisplayText.Name(lane.Name)}: {bar.Words}, {Range(bar.Start, bar.End)}")}</rect>\n");
            _svg.Append($"<path class=\"tl-s-work\" pointer-events=\"none\" d=\"M{N(X(bar.Start))} {N(low)}");
            foreach (var (start, end, share) in _merger.WorkShares(lane, bar))
                _svg.Append($"V{N(low - share * height)}H{N(Math.Max(X(end), X(start) + 0.8))}");
            _svg.Append($"V{N(low)}z\"/>\n");
        }
    }

    /// <summary>Whether nothing of the kind stands at that pixel yet: of a thousand on one spot the first is enough.</summary>
    private bool IsNew(MarkKind? kind, double x, double y) => _drawn.Add((kind, Math.Round(x), y));

    private string Fill(StateLook look) => look.Pattern.Length > 0 ? $"fill=\"url(#{_id}-{look.Key})\"" : $"class=\"tl-s-{look.Key}\"";

    private static string ScopeTip(TimelineLane lane) =>
        $"{DisplayText.Name(lane.Name)}: {lane.ScopeKind switch { ScopeKind.Timeout => "timeout scope", ScopeKind.Shield => "shield", _ => "scope" }}, open {Range(lane.Start, lane.End)}"
        + (lane.Deadline is { } deadline ? $", deadline {DisplayText.SecondsWithUnit(deadline)}" : "")
        + (lane.HasEnded ? lane.Outcome is { } outcome ? $", {LaneNotes.Words(outcome)}" : "" : ", never ended");

    private static string SpanTip(TimelineLane lane, TimelineSpan span) =>
        $"{DisplayText.Name(lane.Name)}: {StateLook.Describe(span)}, {Range(span.Start, span.End)}" + (span.WokenBy is { } by ? $", woken by {DisplayText.Name(by)}" : "");

    private static string Range(TimeSpan start, TimeSpan end) =>
        $"{DisplayText.Seconds(start)}–{DisplayText.Seconds(end)} s ({DisplayText.Milliseconds(end - start)})";

    /// <summary>Thin lines behind the bars, from the producer's bar down to the consumer's: there for whoever looks for them.</summary>
    private void HandOffs()
    {
        foreach (var item in _timeline.Items)
        {
            if (item is not { PutLane: { } from, GetLane: { } to, GetTime: { } taken } || from == to || from.Index >= _lanes.Count || to.Index >= _lanes.Count)
                continue;
            var down = to.Index > from.Index ? 1 : -1;
            var y1 = _middles[from.Index] + down * TaskBar / 2;
            var y2 = _middles[to.Index] - down * TaskBar / 2;
            _svg.Append($"<path class=\"tl-hand\" d=\"M{N(X(item.PutTime))} {N(y1)}L{N(X(taken))} {N(y2)}\"/>\n");
        }
    }

    private void CancellationLines(List<TimelineCancellation> roots, double labelLine, double axisLine)
    {
        var free = double.NegativeInfinity;
        foreach (var root in roots)
        {
            var x = X(root.Time);
            var last = Last(root.Lane); // whoever lies below is not concerned
            var bottom = last >= _middles.Length - 1 ? axisLine : _middles[last] + TaskBar / 2 + 4;
            if (!IsNew(null, x, bottom))
                continue;
            _svg.Append($"<path class=\"tl-red\" d=\"M{N(x)} {N(labelLine + 2)}V{N(bottom)}\"/>\n");
            var label = LaneNotes.Label(root);
            var half = DisplayText.Ems(label) * Size / 2;
            var middle = Math.Clamp(x, Edge + half, Width - Edge / 2 - half);
            if (middle - half < free)
                continue; // its neighbour's label stands there; the line and its mark remain
            free = middle + half + 12;
            Text(middle, labelLine - 4, "tl-red-text tl-mid", label);
        }
    }

    private void Marks(TimelineLane lane)
    {
        var middle = _middles[lane.Index];
        var half = (lane.Kind == LaneKind.Task ? TaskBar : ScopeBar) / 2;
        if (lane.Kind == LaneKind.Task) // above a scope's thin bar there is no room
            Remarks(lane, middle - half - 3.5);
        foreach (var mark in lane.Marks)
        {
            var x = X(mark.Time);
            if (_isCrowded && (IsOfItem(mark.Kind) || !IsNew(mark.Kind, x, middle)))
                continue;
            var tip = Tip(MarkTip(lane, mark));
            switch (mark.Kind)
            {
                case MarkKind.Put:
                    _svg.Append($"<path class=\"tl-put\" d=\"M{N(x - 4.5)} {N(middle - half - 1)}h9l-4.5 -7z\">{tip}</path>\n");
                    break;
                case MarkKind.Get:
                    _svg.Append($"<path class=\"tl-get\" d=\"M{N(x - 4)} {N(middle - half - 7.5)}h8l-4 6.5z\">{tip}</path>\n");
                    break;
                case MarkKind.ItemDone:
                    _svg.Append($"<circle class=\"tl-done\" cx=\"{N(x)}\" cy=\"{N(middle + half + 4.5)}\" r=\"2.3\">{tip}</circle>\n");
                    break;
                case MarkKind.CancelRequested:
                    Octagon(x, middle, _roots.Contains(mark.Sequence) ? 9 : 5.5, tip);
                    break;
                case MarkKind.CancelObserved:
                    Cross(x, middle, tip);
                    break;
                case MarkKind.Failure:
                    _svg.Append($"<path class=\"tl-red-fill\" d=\"M{N(x)} {N(middle - 14)}l4 10l10 4l-10 4l-4 10l-4 -10l-10 -4l10 -4z\">{tip}</path>\n");
                    break;
                case MarkKind.Remark:
                    _svg.Append($"<path class=\"tl-remark\" d=\"M{N(x)} {N(middle - half - 9)}l5 5l-5 5l-5 -5z\">{tip}</path>\n");
                    break;
            }
        }
    }

    /// <summary>Writes remarks beside their marks, where there is room between the marks above the bar.</summary>
    private void Remarks(TimelineLane lane, double y)
    {
        var taken = lane.Marks.Where(m => m.Kind != MarkKind.ItemDone).Select(m => (Left: X(m.Time) - 8, Right: X(m.Time) + 8)).ToList();
        foreach (var mark in lane.Marks.Where(m => m.Kind == MarkKind.Remark).Take(MostRemarks))
        {
            var x = X(mark.Time);
            var text = DisplayText.Clean(mark.Text, 32);
            var width = DisplayText.Ems(text) * Size;
            if (IsFree(x + 8, x + 10 + width))
                Write(x + 10, "tl-quiet");
            else if (IsFree(x - 10 - width, x - 8))
                Write(x - 10, "tl-quiet tl-end");

            bool IsFree(double left, double right) => left >= _left && right <= _right + 8 && !taken.Exists(t => t.Left < right && left < t.Right);

            void Write(double at, string style)
            {
                Text(at, y, style, text);
                taken.Add(at > x ? (at, at + width) : (at - width, at));
            }
        }
    }

    private static bool IsOfItem(MarkKind kind) => kind is MarkKind.Put or MarkKind.Get or MarkKind.ItemDone;

    private static string MarkTip(TimelineLane lane, TimelineMark mark)
    {
        var item = mark.Item is { Length: > 0 } name ? $" item {DisplayText.Name(name)}" : " an item";
        var words = mark.Kind switch
        {
            MarkKind.Put => "put" + item,
            MarkKind.Get => "took" + item,
            MarkKind.ItemDone => "marked" + item + " done",
            MarkKind.CancelRequested => "asked to stop" + Because(mark.Text),
            MarkKind.CancelObserved => "noticed that it was asked to stop",
            MarkKind.Failure => "failed" + Because(mark.Text),
            _ => DisplayText.Clean(mark.Text, 120),
        };
        return $"{DisplayText.Name(lane.Name)}: {words}, {DisplayText.SecondsWithUnit(mark.Time)}" + (mark.Depth is { } depth ? $", {depth} in the queue" : "");

        static string Because(string? text) => string.IsNullOrEmpty(text) ? "" : $" ({DisplayText.Clean(text, 120)})";
    }

    private void Octagon(double x, double y, double r, string tip)
    {
        var c = r * 0.4142;
        _svg.Append($"<path class=\"tl-red-fill\" d=\"M{N(x - c)} {N(y - r)}L{N(x + c)} {N(y - r)}L{N(x + r)} {N(y - c)}L{N(x + r)} {N(y + c)}L{N(x + c)} {N(y + r)}L{N(x - c)} {N(y + r)}L{N(x - r)} {N(y + c)}L{N(x - r)} {N(y - c)}z\">{tip}</path>\n");
    }

    private void Cross(double x, double y, string tip)
    {
        var d = $"M{N(x - 6)} {N(y - 6)}l12 12m0 -12l-12 12";
        _svg.Append($"<g><path class=\"tl-x-halo\" d=\"{d}\"/><path class=\"tl-x\" d=\"{d}\"/>{tip}</g>\n");
    }

    private void Strip(TimelineQueue queue, double top)
    {
        var bottom = top + StripHeight;
        var full = queue.Top;
        Text(Edge, top + StripHeight / 2 - 2, "tl-name", QueueLabel(queue));
        Text(Edge, top + StripHeight / 2 + 17, "tl-quiet", "depth");
        Text(_left - 8, bottom + 1, "tl-quiet tl-end", "0");
        Text(_left - 8, top + 6, "tl-quiet tl-end", full.ToString(CultureInfo.InvariantCulture));

        var path = new StringBuilder();
        path.Append($"M{N(_left)} {N(bottom)}");
        foreach (var step in queue.DrawnSteps(TimeSpan.FromSeconds(_axis.End), MostSteps))
            path.Append($"H{N(X(step.Time))}V{N(bottom - StripHeight * step.Depth / full)}");
        path.Append($"H{N(_right)}V{N(bottom)}z");
        var tip = Tip($"{DisplayText.Name(queue.Name)}: at most {queue.MaxDepth} waiting at once" + (queue.Capacity is { } c ? $", capacity {c}" : ""));
        _svg.Append($"<path class=\"{(queue.Steps.Count > MostSteps ? "tl-depth tl-dense" : "tl-depth")}\" d=\"{path}\">{tip}</path>\n");
        if (!queue.ShowsCapacity)
            return;
        var y = bottom - StripHeight * queue.Capacity!.Value / full;
        _svg.Append($"<path class=\"tl-cap\" d=\"M{N(_left)} {N(y)}H{N(_right)}\"/>\n");
        Text(_right + 16, y + 5.5, "tl-quiet", $"capacity {queue.Capacity}");
    }

    /// <summary>Only what occurs, in as many rows as it takes.</summary>
    /// <returns>The lowest line used.</returns>
    private double Legend(double top, IReadOnlyList<Timeline> shown, bool hasStressed = false, bool hasDivergence = false)
    {
        var entries = new List<(string Label, Action<double, double> Draw)>();
        string? firstMark = null;
        foreach (var look in UsedStates(shown))
        {
            var fill = Fill(look);
            var height = look.State == SpanState.Unspecified ? 5 : 14;
            entries.Add((look.Words, (x, y) => _svg.Append($"<rect {fill} x=\"{N(x)}\" y=\"{N(y - height / 2.0)}\" width=\"24\" height=\"{N(height)}\"/>\n")));
        }

        if (_isMerged)
            entries.Add(("many short states, blue: the share of work", (x, y) => _svg.Append($"<rect class=\"tl-many\" x=\"{N(x)}\" y=\"{N(y - 7)}\" width=\"24\" height=\"14\"/><path class=\"tl-s-work\" d=\"M{N(x)} {N(y + 7)}v-5h8v-4h8v6h8v3z\"/>\n")));
        if (shown.Any(t => t.Lanes.Any(l => l.Spans.Any(s => s.IsCancelled))))
            entries.Add(("cut short", (x, y) => _svg.Append($"<rect class=\"tl-cut\" x=\"{N(x + 1.5)}\" y=\"{N(y - 5.5)}\" width=\"21\" height=\"11\"/>\n")));
        var marks = shown.SelectMany(t => t.Lanes).SelectMany(l => l.Marks).Select(m => m.Kind).ToHashSet();
        if (!_isCrowded || _isPage && LeavesOut)
        {
            Entry(MarkKind.Put, "put", (x, y) => _svg.Append($"<path class=\"tl-put\" d=\"M{N(x + 7.5)} {N(y + 3.5)}h9l-4.5 -7z\"/>\n"));
            Entry(MarkKind.Get, "taken", (x, y) => _svg.Append($"<path class=\"tl-get\" d=\"M{N(x + 8)} {N(y - 3)}h8l-4 6.5z\"/>\n"));
            Entry(MarkKind.ItemDone, "marked done", (x, y) => _svg.Append($"<circle class=\"tl-done\" cx=\"{N(x + 12)}\" cy=\"{N(y)}\" r=\"2.3\"/>\n"));
            if (!_isCrowded && !(_isPage && LeavesOut) && shown.SelectMany(t => t.Items).Any(i => i is { PutLane: { } from, GetLane: { } to } && from != to))
                entries.Add(("hand-off", (x, y) => _svg.Append($"<path class=\"tl-hand\" d=\"M{N(x + 2)} {N(y - 6)}L{N(x + 22)} {N(y + 6)}\"/>\n")));
        }

        Entry(MarkKind.CancelRequested, "asked to stop", (x, y) => Octagon(x + 12, y, 8, ""));
        Entry(MarkKind.CancelObserved, "noticed it", (x, y) => Cross(x + 12, y, ""));
        Entry(MarkKind.Failure, "failure", (x, y) => _svg.Append($"<path class=\"tl-red-fill\" d=\"M{N(x + 12)} {N(y - 10)}l3 7l7 3l-7 3l-3 7l-3 -7l-7 -3l7 -3z\"/>\n"));
        Entry(MarkKind.Remark, "remark", (x, y) => _svg.Append($"<path class=\"tl-remark\" d=\"M{N(x + 12)} {N(y - 5)}l5 5l-5 5l-5 -5z\"/>\n"));

        if (hasDivergence)
            entries.Add(("the runs part here", (x, y) => _svg.Append($"<path class=\"tl-diverge\" d=\"M{N(x + 12)} {N(y - 8)}v16\"/>\n")));
        if (hasStressed)
            entries.Add(("≠ differs in what became of it", (x, y) => _svg.Append($"<rect class=\"tl-differs\" x=\"{N(x)}\" y=\"{N(y - 8)}\" width=\"24\" height=\"16\"/>\n")));

        // States in the first row and marks in the next, unless all of them fit into one.
        double left = Edge, line = top;
        var inOneRow = entries.Sum(e => EntryWidth(e.Label)) <= Width - Edge;
        foreach (var (label, draw) in entries)
        {
            var width = EntryWidth(label);
            if (left > Edge && (left + width > Width || !inOneRow && label == firstMark))
            {
                left = Edge;
                line += 26;
            }

            draw(left, line);
            Text(left + 31, line + 5.5, "tl-text", label);
            left += width;
        }

        if (_isCrowded && shown.Sum(t => t.Items.Count) is > 0 and var items)
            Text(Edge, line += 26, "tl-quiet tl-static", $"Marks and hand-offs of {items} items are left out for want of room.");
        return entries.Count == 0 && !_isCrowded ? top - 26 : line;

        static double EntryWidth(string label) => 32 + DisplayText.Ems(label) * Size + 18;

        void Entry(MarkKind kind, string label, Action<double, double> draw)
        {
            if (!marks.Contains(kind))
                return;
            firstMark ??= label;
            entries.Add((label, draw));
        }
    }

    /// <summary>What about the log does not add up. What it only leaves open, torn bars and "never ended" show.</summary>
    /// <returns>The lowest line used.</returns>
    private double Notes(double line)
    {
        var notices = _timeline.Notices.Where(n => n.Sequence is not null).ToList();
        var texts = notices.Take(MostNotices).Select(n => "Note: " + n.Text);
        if (_timeline.LeftOut.Length > 0)
            Text(Edge, line += 30, "tl-quiet tl-static", _timeline.LeftOut);
        if (notices.Count > MostNotices)
            texts = texts.Append($"And {notices.Count - MostNotices} more notes on the log.");
        line += 6;
        foreach (var text in texts.SelectMany(text => DisplayText.Balance(text, (Width - 2 * Edge) / Size)))
            Text(Edge, line += 24, "tl-red-text", text);
        return line - (notices.Count == 0 ? 6 : 0);
    }

    private static IEnumerable<StateLook> UsedStates(IReadOnlyList<Timeline> shown)
    {
        var used = shown.SelectMany(t => t.UsedStates).ToHashSet();
        return StateLook.All.Where(used.Contains);
    }

    private void Text(double x, double y, string style, string text) =>
        _svg.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" class=\"{style}\">{Escape(text)}</text>\n");

    private static string Tip(string text) => $"<title>{Escape(text)}</title>";

    private static string Escape(string text) => Markup.Escape(text);

    private static string N(double value) => Markup.Number(value);
}

/// <summary>Where things stand in a drawing: its left and right edge, the middle of each lane, the top of each queue's strip.</summary>
internal sealed record DrawingFrame(double Left, double Right, double Top, IReadOnlyList<double> Middles, IReadOnlyList<double> Strips, double Axis, string Id);
