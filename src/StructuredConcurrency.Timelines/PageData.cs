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
    private readonly Timeline _timeline;
    private readonly SvgDrawing _drawing;
    private readonly Utf8JsonWriter _json;
    private readonly long _unit = 1;
    private readonly List<string> _names = [""];
    private readonly Dictionary<(string Text, string Kind), int> _numbers = [];

    /// <param name="timeline">The timeline.</param>
    /// <param name="drawing">Its drawing, already drawn: the script draws into it.</param>
    public PageData(Timeline timeline, SvgDrawing drawing)
    {
        _timeline = timeline;
        _drawing = drawing;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        while (timeline.End.Ticks / _unit > uint.MaxValue)
            _unit *= 10;
    }

    public void Dispose() => _json.Dispose();

    public string Write()
    {
        var frame = _drawing.Frame;
        _json.WriteStartObject();
        _json.WriteString("id", frame.Id);
        _json.WriteNumber("end", Units(_timeline.End));
        _json.WriteNumber("unit", _unit / (decimal)TimeSpan.TicksPerSecond);
        _json.WriteNumber("events", _timeline.Events.Count);
        _json.WriteBoolean("zooms", _drawing.LeavesOut);
        _json.WriteStartObject("frame");
        _json.WriteNumber("left", Math.Round(frame.Left, 2));
        _json.WriteNumber("right", Math.Round(frame.Right, 2));
        _json.WriteNumber("top", frame.Top);
        Array("middles", frame.Middles, _json.WriteNumberValue);
        Array("strips", frame.Strips, _json.WriteNumberValue);
        _json.WriteNumber("axis", frame.Axis);
        _json.WriteString("clock", _timeline.IsVirtual ? "virtual s" : "seconds");
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
        Array("queues", _timeline.Queues, Queue);
        Array("requests", _timeline.RootCancellations.ToList(), request =>
        {
            _json.WriteStartObject();
            _json.WriteNumber("time", Units(request.Time));
            _json.WriteString("label", LaneNotes.Label(request));
            _json.WriteNumber("lane", request.Lane.Index);
            _json.WriteNumber("last", _timeline.LastUnder(request.Lane));
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
        Array("lanes", _timeline.Lanes, lane =>
        {
            var (plain, stressed) = LaneNotes.Of(lane, _timeline);
            var spans = lane.ShownSpans.Count();
            _json.WriteStartObject();
            _json.WriteString("name", DisplayText.Name(lane.Name, 20));
            _json.WriteNumber("depth", lane.Depth);
            _json.WriteBoolean("scope", lane.Kind == LaneKind.Scope);
            _json.WriteNumber("start", Units(lane.Start));
            _json.WriteNumber("end", Units(lane.End));
            _json.WriteBoolean("ended", lane.HasEnded);
            _json.WriteNumber("endsIn", (int?)lane.EndsIn ?? -1);
            _json.WriteString("plain", plain);
            _json.WriteString("stressed", stressed);
            _json.WriteString("words", LaneNotes.Sentence(lane, _timeline));
            Array("spans", [firstSpan, spans], _json.WriteNumberValue);
            Array("points", [firstPoint, lane.Marks.Count], _json.WriteNumberValue);
            _json.WriteEndObject();
            firstSpan += spans;
            firstPoint += lane.Marks.Count;
        });
    }

    private void Spans()
    {
        var count = _timeline.Lanes.Sum(lane => lane.ShownSpans.Count());
        var (start, end, state, item, by) = (new uint[count], new uint[count], new byte[count], new uint[count], new uint[count]);
        var i = 0;
        foreach (var span in _timeline.Lanes.SelectMany(lane => lane.ShownSpans))
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
        var count = _timeline.Lanes.Sum(lane => lane.Marks.Count);
        var (time, kind, text) = (new uint[count], new byte[count], new uint[count]);
        var i = 0;
        foreach (var mark in _timeline.Lanes.SelectMany(lane => lane.MarkList))
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
