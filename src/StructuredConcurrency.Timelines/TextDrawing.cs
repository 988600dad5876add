using System.Text;

namespace StructuredConcurrency.Timelines;

/// <summary>Draws a timeline with characters, and says the same in words below.</summary>
internal sealed class TextDrawing
{
    public const int NarrowestWidth = 60;

    private const char Requested = '!';
    private const char Observed = '×';
    private const char Failed = '*';
    private const char Remark = '^';

    private readonly Timeline _timeline;
    private readonly int _width;
    private readonly int _labels;
    private readonly int _cells;
    private readonly TimeAxis _axis;
    private readonly IReadOnlySet<TimelineLane> _stressed;
    private readonly StringBuilder _text = new();

    public TextDrawing(Timeline timeline, int width)
        : this(timeline, width, [timeline], new HashSet<TimelineLane>())
    {
    }

    /// <param name="timeline">What is drawn.</param>
    /// <param name="width">Characters in a line.</param>
    /// <param name="all">All runs that are drawn on one axis.</param>
    /// <param name="stressed">Lanes to set off from the others.</param>
    private TextDrawing(Timeline timeline, int width, IReadOnlyList<Timeline> all, IReadOnlySet<TimelineLane> stressed)
    {
        _timeline = timeline;
        _width = width;
        _stressed = stressed;
        _labels = Math.Min(all.SelectMany(t => t.DrawnLanes.Select(l => DisplayText.Cells(Label(l))).Concat(t.Queues.Select(q => DisplayText.Cells(QueueLabel(q))))).DefaultIfEmpty(0).Max(), width / 3);
        _cells = width - _labels - 2;
        _axis = new TimeAxis(all.Max(t => t.End), Math.Max(1, _cells / 10));
    }

    /// <summary>Draws two runs one above the other on one axis; what differs is set off, and said in words.</summary>
    public static string Draw(TimelineComparison comparison, int width)
    {
        IReadOnlyList<Timeline> all = [comparison.First, comparison.Second];
        var stressed = comparison.Stressed;
        var text = new StringBuilder();
        for (var i = 0; i < all.Count; i++)
        {
            var drawing = new TextDrawing(all[i], width, all, stressed);
            if (i == 0)
            {
                drawing.Line(comparison.Title);
                drawing.Paragraph(comparison.Caption, "");
            }

            drawing.Line("");
            drawing.Line($"{(char)('A' + i)}  {DisplayText.Name(i == 0 ? comparison.FirstName : comparison.SecondName)}: {all[i].Title}");
            drawing.Picture();
            if (all[i].LeftOut.Length > 0)
                drawing.Line(all[i].LeftOut);
            if (i == 1)
            {
                drawing.Line("");
                drawing.Legend(all);
                if (stressed.Count > 0)
                    drawing.Line("≠ differs in what became of it");
                drawing.Line("");
                foreach (var difference in comparison.Differences)
                    drawing.Paragraph("≠ " + difference.Text, "  ");
            }

            text.Append(drawing._text);
        }

        return text.ToString();
    }

    public string Draw()
    {
        Line(_timeline.Title);
        Paragraph(_timeline.Caption, "");
        Line("");
        Picture();
        Line("");
        Legend([_timeline]);
        Line("");
        foreach (var lane in _timeline.DrawnLanes)
            Paragraph(LaneNotes.Sentence(lane, _timeline), "  ");
        if (_timeline.LeftOut.Length > 0)
            Line(_timeline.LeftOut);
        foreach (var notice in _timeline.Notices.Take(10))
            Paragraph("Note: " + notice.Text, "  ");
        return _text.ToString();
    }

    private void Picture()
    {
        foreach (var lane in _timeline.DrawnLanes)
            Row(Label(lane), Cells(lane), _stressed.Contains(lane) ? '≠' : ' ');
        foreach (var queue in _timeline.Queues)
            Row(QueueLabel(queue), Depths(queue));
        Ticks();
    }

    private static string Label(TimelineLane lane) => new string(' ', 2 * Math.Min(lane.Depth, 6)) + DisplayText.Name(lane.Name, 16);

    private static string QueueLabel(TimelineQueue queue) => DisplayText.Name(queue.Name, 14) + " depth";

    private void Line(string line) => _text.Append(line.TrimEnd(' ')).Append('\n');

    private void Paragraph(string text, string indent)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && DisplayText.Cells(line.ToString()) + 1 + DisplayText.Cells(word) > _width)
            {
                Line(line.ToString());
                line.Clear().Append(indent);
            }
            else if (line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append(word);
        }

        Line(line.ToString());
    }

    private void Row(string label, char[] cells, char sign = ' ')
    {
        label = DisplayText.Fit(label, _labels);
        Line(label + new string(' ', _labels - DisplayText.Cells(label)) + sign + "|" + new string(cells));
    }

    private int Column(TimeSpan time) => Math.Clamp((int)Math.Round(time.TotalSeconds / _axis.End * _cells), 0, _cells);

    private char[] Cells(TimelineLane lane)
    {
        var cells = new char[_cells];
        Array.Fill(cells, ' ');
        if (lane.Kind == LaneKind.Scope)
            Fill(cells, lane.Start, lane.End, '─');
        foreach (var span in lane.ShownSpans)
        {
            Fill(cells, span.Start, span.End, StateLook.Of(span.State).Cell);

            // The number of an item stands at the beginning of the work on it, where there is room for it and one cell more.
            var label = StateLook.Label(span, text => text.Length < Column(span.End) - Column(span.Start) && text.All(c => c is > ' ' and < '\u007f'));
            label.CopyTo(0, cells, Column(span.Start), label.Length);
        }

        foreach (var mark in lane.Marks)
        {
            var sign = mark.Kind switch
            {
                MarkKind.CancelRequested => Requested,
                MarkKind.CancelObserved => Observed,
                MarkKind.Failure => Failed,
                MarkKind.Remark => Remark,
                _ => '\0',
            };
            if (sign != '\0')
                cells[Math.Min(Column(mark.Time), _cells - 1)] = sign;
        }

        return cells;
    }

    private void Fill(char[] cells, TimeSpan start, TimeSpan end, char cell)
    {
        for (var i = Column(start); i < Column(end); i++)
            cells[i] = cell;
    }

    /// <summary>The largest depth within each cell.</summary>
    private char[] Depths(TimelineQueue queue)
    {
        var cells = new char[_cells];
        var depth = 0;
        var next = 0;
        for (var i = 0; i < _cells; i++)
        {
            var largest = depth;
            for (; next < queue.Steps.Count && Math.Min(Column(queue.Steps[next].Time), _cells - 1) <= i; next++)
            {
                depth = queue.Steps[next].Depth;
                largest = Math.Max(largest, depth);
            }

            cells[i] = largest > 9 ? '+' : largest == 0 ? ' ' : (char)('0' + largest);
        }

        return cells;
    }

    private void Ticks()
    {
        var line = new char[_cells];
        Array.Fill(line, '-');
        var labels = new char[_width];
        Array.Fill(labels, ' ');
        var free = 0;
        foreach (var (seconds, label) in _axis.Ticks)
        {
            var column = Column(TimeSpan.FromSeconds(seconds));
            line[Math.Min(column, _cells - 1)] = '+';
            var start = Math.Min(_labels + 2 + column - (seconds > 0 ? label.Length / 2 : 0), _width - label.Length);
            if (start < free)
                continue;
            label.CopyTo(0, labels, start, label.Length);
            free = start + label.Length + 1;
        }

        var unit = _labels >= "seconds".Length ? "seconds" : "s";
        unit.CopyTo(0, labels, 0, unit.Length);
        Line(new string(' ', _labels) + " +" + new string(line));
        Line(new string(labels));
    }

    private void Legend(IReadOnlyList<Timeline> shown)
    {
        var states = shown.SelectMany(t => t.UsedStates).ToHashSet();
        var used = StateLook.All.Where(states.Contains).ToList();
        var lanes = shown.SelectMany(t => t.Lanes).ToList();
        var marks = lanes.SelectMany(l => l.Marks).Select(m => m.Kind).ToHashSet();
        var entries = new List<string>();
        if (lanes.Exists(l => l.Kind == LaneKind.Scope))
            entries.Add("─ scope open");
        entries.AddRange(used.Select(look => $"{look.Cell} {look.Words}"));
        if (used.Exists(look => look.State == SpanState.Working) && shown.Any(t => t.Items.Count > 0))
            entries.Add("12 the item worked on");
        if (marks.Contains(MarkKind.CancelRequested))
            entries.Add($"{Requested} asked to stop");
        if (marks.Contains(MarkKind.CancelObserved))
            entries.Add($"{Observed} noticed it");
        if (marks.Contains(MarkKind.Failure))
            entries.Add($"{Failed} failure");
        if (marks.Contains(MarkKind.Remark))
            entries.Add($"{Remark} remark");

        var line = "";
        foreach (var entry in entries)
        {
            if (line.Length > 0 && line.Length + 3 + entry.Length > _width)
            {
                Line(line);
                line = "";
            }

            line += (line.Length > 0 ? "   " : "") + entry;
        }

        if (line.Length > 0)
            Line(line);
    }
}
