using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StructuredConcurrency.Timelines;

/// <summary>Writes a timeline as Chrome trace events: a thread for each task, its scopes and states as nested slices.</summary>
internal sealed class TraceEvents
{
    private readonly Timeline _timeline;
    private readonly Utf8JsonWriter _json;
    private readonly int _process;
    private readonly int _firstItem;
    private readonly Dictionary<int, List<(TimeSpan Start, TimeSpan End)>> _covered = [];

    /// <param name="timeline">The run.</param>
    /// <param name="json">Where it is written.</param>
    /// <param name="process">Number of the process that stands for the run.</param>
    /// <param name="firstItem">Number of its first item: one number means one item in the whole trace.</param>
    private TraceEvents(Timeline timeline, Utf8JsonWriter json, int process, int firstItem) =>
        (_timeline, _json, _process, _firstItem) = (timeline, json, process, firstItem);

    public static string Write(Timeline timeline) => Write([(timeline, timeline.Title)]);

    public static string Write(TimelineComparison comparison) =>
        Write([(comparison.First, $"A  {comparison.FirstName}: {comparison.First.Title}"), (comparison.Second, $"B  {comparison.SecondName}: {comparison.Second.Title}")]);

    private static string Write(IReadOnlyList<(Timeline Run, string Name)> runs)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        var items = 0;
        for (var i = 0; i < runs.Count; i++)
        {
            new TraceEvents(runs[i].Run, json, i + 1, items).Events(runs[i].Name);
            items += runs[i].Run.Items.Count;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Events(string name)
    {
        Metadata("process_name", 0, DisplayText.Clean(name, 80));
        Tasks();
        Items();
        Marks();
        Depths();
    }

    private static decimal Microseconds(TimeSpan time) => time.Ticks / (decimal)TimeSpan.TicksPerMicrosecond;

    private static int Thread(TimelineLane? lane) => lane?.Task ?? 0;

    private void Tasks()
    {
        var names = _timeline.Lanes.Where(l => l.Kind == LaneKind.Task && (!l.IsOrphan || l.OutlivedParent)).ToDictionary(Thread, l => DisplayText.Name(l.Name));
        var scopes = _timeline.Lanes.Where(l => l.Kind == LaneKind.Scope).ToLookup(Thread);
        var spans = _timeline.Lanes.SelectMany(l => l.Spans).ToLookup(s => s.Task);
        var moments = _timeline.Lanes.Where(l => l.Kind == LaneKind.Task && l.Spans.Count == 0).ToLookup(Thread);
        var threads = names.Keys.Concat(_timeline.Lanes.Select(Thread)).Concat(spans.Select(s => s.Key)).Distinct().Order().ToList();
        foreach (var thread in threads)
            Metadata("thread_name", thread, names.GetValueOrDefault(thread, "main"));

        foreach (var thread in threads)
        {
            // Slices of one thread must lie inside one another. Scopes of one task do, unless the task runs on several threads at once;
            // one that does not is left to its children's slices. Spans are cut where a scope begins or ends.
            var nested = new List<TimelineLane>();
            var open = new Stack<TimelineLane>();
            foreach (var scope in scopes[thread].OrderBy(s => s.Start).ThenByDescending(s => s.End).ThenBy(s => s.Index))
            {
                while (open.TryPeek(out var before) && before.End <= scope.Start)
                    open.Pop();
                if (open.TryPeek(out var around) && around.End < scope.End)
                    continue;
                open.Push(scope);
                nested.Add(scope);
            }

            var slices = nested.Select(s => (s.Start, s.End, Rank: s.Depth, Name: DisplayText.Name(s.Name), Category: "scope", Span: (TimelineSpan?)null)).ToList();
            var cuts = nested.SelectMany(n => new[] { n.Start, n.End }).Distinct().Order().ToList();
            foreach (var span in spans[thread])
            {
                var start = span.Start;
                for (var cut = FirstAfter(cuts, span.Start); cut < cuts.Count && cuts[cut] < span.End; cut++)
                {
                    slices.Add((start, cuts[cut], int.MaxValue, StateLook.Describe(span), "state", span));
                    start = cuts[cut];
                }

                slices.Add((start, span.End, int.MaxValue, StateLook.Describe(span), "state", span));
            }

            // A task whose whole life took no time still has a place where its marks stand.
            foreach (var moment in moments[thread])
                slices.Add((moment.Start, moment.End, int.MaxValue, StateLook.Of(SpanState.Unspecified).Words, "state", null));

            var covered = _covered[thread] = [];
            foreach (var slice in slices.OrderBy(s => s.Start).ThenByDescending(s => s.End).ThenBy(s => s.Rank))
            {
                if (covered.Count > 0 && slice.Start <= covered[^1].End)
                    covered[^1] = (covered[^1].Start, slice.End > covered[^1].End ? slice.End : covered[^1].End);
                else
                    covered.Add((slice.Start, slice.End));
                Begin("X", slice.Name, slice.Category, thread, slice.Start);
                _json.WriteNumber("dur", Microseconds(slice.End - slice.Start));
                if (slice.Span is { } span && (span.Item ?? span.WokenBy) is not null)
                {
                    _json.WriteStartObject("args");
                    if (span.Item is { } item)
                        _json.WriteString(span.State == SpanState.Working ? "item" : "signal", DisplayText.Name(item));
                    if (span.WokenBy is { } by)
                        _json.WriteString("wokenBy", DisplayText.Name(by));
                    _json.WriteEndObject();
                }

                _json.WriteEndObject();
            }
        }
    }

    private static int FirstAfter(List<TimeSpan> moments, TimeSpan time)
    {
        var place = moments.BinarySearch(time);
        return place < 0 ? ~place : place + 1;
    }

    /// <summary>Whether a slice of the thread lies there: an arrow binds to slices, and one that finds none is dropped.</summary>
    private bool IsOnSlice(int thread, TimeSpan time)
    {
        if (!_covered.TryGetValue(thread, out var covered))
            return false;
        var next = covered.BinarySearch((time, TimeSpan.MaxValue));
        var index = next >= 0 ? next : ~next - 1;
        return index >= 0 && time <= covered[index].End;
    }

    /// <summary>An item lives from its put until it is marked done; its hand-off is an arrow.</summary>
    private void Items()
    {
        for (var i = 0; i < _timeline.Items.Count; i++)
        {
            var item = _timeline.Items[i];
            var id = _firstItem + i;
            var name = $"{DisplayText.Name(item.Queue)} {DisplayText.Name(item.Name)}";
            Phase("b", item.PutTime);
            Phase("e", item.DoneTime ?? _timeline.End);
            if (item.GetTime is not { } taken || !IsOnSlice(Thread(item.PutLane), item.PutTime) || !IsOnSlice(Thread(item.GetLane), taken))
                continue;
            Begin("s", "hand-off", "hand-off", Thread(item.PutLane), item.PutTime);
            _json.WriteNumber("id", id);
            _json.WriteEndObject();
            Begin("f", "hand-off", "hand-off", Thread(item.GetLane), taken);
            _json.WriteNumber("id", id);
            _json.WriteString("bp", "e");
            _json.WriteEndObject();

            void Phase(string phase, TimeSpan time)
            {
                Begin(phase, name, "item", Thread(item.PutLane), time);
                _json.WriteNumber("id", id);
                _json.WriteEndObject();
            }
        }
    }

    private void Marks()
    {
        foreach (var lane in _timeline.Lanes)
        {
            foreach (var mark in lane.Marks)
            {
                var name = mark.Kind switch
                {
                    MarkKind.CancelRequested => "asked to stop",
                    MarkKind.CancelObserved => "noticed that it was asked to stop",
                    MarkKind.Failure => "failed",
                    MarkKind.Remark => DisplayText.Clean(mark.Text, 80),
                    _ => null, // puts, gets and marks of done are the ends of items and arrows already
                };
                if (name is null)
                    continue;
                Begin("i", name, "mark", Thread(lane), mark.Time);
                _json.WriteString("s", "t");
                _json.WriteEndObject();
            }
        }
    }

    private void Depths()
    {
        foreach (var queue in _timeline.Queues)
        {
            foreach (var step in queue.Steps)
            {
                Begin("C", $"{DisplayText.Name(queue.Name)} depth", "queue", 0, step.Time);
                _json.WriteStartObject("args");
                _json.WriteNumber("depth", step.Depth);
                _json.WriteEndObject();
                _json.WriteEndObject();
            }
        }
    }

    private void Metadata(string kind, int thread, string name)
    {
        _json.WriteStartObject();
        _json.WriteString("ph", "M");
        _json.WriteString("name", kind);
        _json.WriteNumber("pid", _process);
        _json.WriteNumber("tid", thread);
        _json.WriteStartObject("args");
        _json.WriteString("name", name);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Begin(string phase, string name, string category, int thread, TimeSpan time)
    {
        _json.WriteStartObject();
        _json.WriteString("ph", phase);
        _json.WriteString("name", name);
        _json.WriteString("cat", category);
        _json.WriteNumber("pid", _process);
        _json.WriteNumber("tid", thread);
        _json.WriteNumber("ts", Microseconds(time));
    }
}
