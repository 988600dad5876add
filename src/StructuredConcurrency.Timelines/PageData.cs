using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace StructuredConcurrency.Timelines;

/// <summary>Writes what a page's script reads: lanes by name, their states and marks as packed columns, so that a million events stay small.</summary>
/// <remarks>Every angle bracket is escaped, so that no text can end the element that holds the data. Times are whole units, which fit into 32 bits.</remarks>
internal sealed class PageData : IDisposable
{
    private const byte CutShort = 0x80;

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly IReadOnlyList<(Timeline Run, string Sign)> _runs;
    private readonly IReadOnlyList<TimelineLane> _lanes;
    private readonly DrawingFrame _frame;
    private readonly bool _zooms;
    private readonly TimeSpan _end;
    private readonly Utf8JsonWriter _json;
    private readonly long _unit = 1;
    private readonly List<string> _names = [""];
    private readonly Dictionary<(string Text, string Kind), int> _numbers = [];

    /// <summary>The data of one run.</summary>
    /// <param name="timeline">The run.</param>
    /// <param name="drawing">Its drawing, already drawn: the script draws into it.</param>
    public PageData(Timeline timeline, SvgDrawing drawing)
        : this([(timeline, "")], timeline.Lanes, drawing.Frame, drawing.LeavesOut)
    {
    }

    /// <summary>The data of two runs in one drawing: what is drawn of both, one above the other.</summary>
    public PageData(TimelineComparison comparison, DrawingFrame frame)
        : this([(comparison.First, "A "), (comparison.Second, "B ")], [.. comparison.First.DrawnLanes, .. comparison.Second.DrawnLanes], frame, zooms: false)
    {
    }

    private PageData(IReadOnlyList<(Timeline Run, string Sign)> runs, IReadOnlyList<TimelineLane> lanes, DrawingFrame frame, bool zooms)
    {
        (_runs, _lanes, _frame, _zooms) = (runs, lanes, frame, zooms);
        _end = runs.Max(run => run.Run.End);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        while (_end.Ticks / _unit > uint.MaxValue)
            _unit *= 10;
    }

    public void Dispose() => _json.Dispose();

    public string Write()
    {
        _json.WriteStartObject();
        _json.WriteString("id", _frame.Id);
        _json.WriteNumber("end", Units(_end));
        _json.WriteNumber("unit", _unit / (decimal)TimeSpan.TicksPerSecond);
        _json.WriteNumber("events", _runs.Sum(run => run.Run.Events.Count));
        _json.WriteBoolean("zooms", _zooms);
        _json.WriteStartObject("frame");
        _json.WriteNumber("left", Math.Round(_frame.Left, 2));
        _json.WriteNumber("right", Math.Round(_frame.Right, 2));
        _json.WriteNumber("top", _frame.Top);
        Array("middles", _frame.Middles, _json.WriteNumberValue);
        Array("strips", _frame.Strips, _json.WriteNumberValue);
        _json.WriteNumber("axis", _frame.Axis);
        _json.WriteString("clock", _runs.All(run => run.Run.IsVirtual) ? "virtual s" : "seconds");
        _json.WriteEndObject();
        Array("states", StateLook.All, look =>
        {
            _json.WriteStartObject();
            _json.WriteString("key", look.Key);
            _json.WriteString("words", look.Words);
            _json.WriteString("colour", look.Colour);
            _json.WriteBoolean("pattern", look.Pattern.Length > 0);
            _json.WriteEndObject();
        });
        Array("kinds", ["put", "took", "marked done", "asked to stop", "noticed that it was asked to stop", "failed", "remark"], _json.WriteStringValue);
        Lanes();
        Spans();
        Points();
        Array("queues", _runs.SelectMany(run => run.Run.Queues), Queue);
        Array("requests", _zooms ? _runs[0].Run.RootCancellations : [], request => // drawn anew only in a drawing that zooms
        {
            _json.WriteStartObject();
            _json.WriteNumber("time", Units(request.Time));
            _json.WriteString("label", LaneNotes.Label(request));
            _json.WriteNumber("lane", request.Lane.Index);
            _json.WriteNumber("last", _runs[0].Run.LastUnder(request.Lane));
            _json.WriteEndObject();
        });
        Array("names", _names, _json.WriteStringValue);
        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    private uint Units(TimeSpan time) => (uint)(time.Ticks / _unit);

    private void Lanes()
    {
        var (firstSpan, firstPoint) = (0, 0);
        var owners = _runs.SelectMany(run => run.Run.Lanes.Select(lane => (lane, run))).ToDictionary(pair => pair.lane, pair => pair.run);
        Array("lanes", _lanes, lane =>
        {
            var (run, sign) = owners[lane];
            var (plain, stressed) = LaneNotes.Of(lane, run);
            var spans = lane.ShownSpans.Count();
            _json.WriteStartObject();
            _json.WriteString("name", sign + DisplayText.Name(lane.Name, 20));
            _json.WriteNumber("depth", lane.Depth);
            _json.WriteBoolean("scope", lane.Kind == LaneKind.Scope);
            _json.WriteNumber("start", Units(lane.Start));
            _json.WriteNumber("end", Units(lane.End));
            _json.WriteBoolean("ended", lane.HasEnded);
            _json.WriteNumber("endsIn", (int?)lane.EndsIn ?? -1);
            _json.WriteString("plain", plain);
            _json.WriteString("stressed", stressed);
            _json.WriteString("words", sign + LaneNotes.Sentence(lane, run));
            Array("spans", [firstSpan, spans], _json.WriteNumberValue);
            Array("points", [firstPoint, lane.Marks.Count], _json.WriteNumberValue);
            _json.WriteEndObject();
            firstSpan += spans;
            firstPoint += lane.Marks.Count;
        });
    }

    private void Spans()
    {
        var count = _lanes.Sum(lane => lane.ShownSpans.Count());
        var (start, end, state, item, by) = (new uint[count], new uint[count], new byte[count], new uint[count], new uint[count]);
        var i = 0;
        foreach (var span in _lanes.SelectMany(lane => lane.ShownSpans))
        {
            start[i] = Units(span.Start);
            end[i] = Units(span.End);
            state[i] = (byte)((int)span.State | (span.IsCancelled ? CutShort : 0));
            if (span is { State: SpanState.Working, Item: { } name })
                item[i] = Number(name, span.Queue is null ? "work" : "item");
            if (span.WokenBy is { } waker)
                by[i] = Number(waker, "name");
            i++;
        }

        _json.WriteStartObject("spans");
        Column("start", start);
        Column("end", end);
        _json.WriteBase64String("state", state);
        Column("item", item);
        Column("by", by);
        _json.WriteEndObject();
    }

    private void Points()
    {
        var count = _lanes.Sum(lane => lane.Marks.Count);
        var (time, kind, text) = (new uint[count], new byte[count], new uint[count]);
        var i = 0;
        foreach (var mark in _lanes.SelectMany(lane => lane.MarkList))
        {
            time[i] = Units(mark.Time);
            kind[i] = (byte)mark.Kind;
            text[i] = mark.Kind is MarkKind.Put or MarkKind.Get or MarkKind.ItemDone ? Number(mark.Item, "item") : Number(mark.Text, "text");
            i++;
        }

        _json.WriteStartObject("points");
        Column("time", time);
        _json.WriteBase64String("kind", kind);
        Column("text", text);
        _json.WriteEndObject();
    }

    private void Queue(TimelineQueue queue)
    {
        _json.WriteStartObject();
        _json.WriteString("name", DisplayText.Name(queue.Name, 18));
        _json.WriteNumber("top", queue.Top);
        if (queue is { ShowsCapacity: true, Capacity: { } capacity })
            _json.WriteNumber("capacity", capacity);
        else
            _json.WriteNull("capacity");
        Column("time", [.. queue.Steps.Select(step => Units(step.Time))]);
        Column("depth", [.. queue.Steps.Select(step => (uint)step.Depth)]);
        _json.WriteEndObject();
    }

    /// <summary>The place of a text in the table of names; 0 for none.</summary>
    private uint Number(string? text, string kind)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        if (!_numbers.TryGetValue((text, kind), out var number))
        {
            number = _names.Count;
            _numbers[(text, kind)] = number;
            _names.Add(kind switch
            {
                "item" => $"item {DisplayText.Name(text)}",
                "text" => $"({DisplayText.Clean(text, 120)})",
                _ => DisplayText.Name(text),
            });
        }

        return (uint)number;
    }

    private void Column(string name, uint[] values)
    {
        if (!BitConverter.IsLittleEndian) // as every browser's machine is
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(values, values);
        _json.WriteBase64String(name, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private void Array<T>(string name, IEnumerable<T> values, Action<T> write)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
            write(value);
        _json.WriteEndArray();
    }
}
