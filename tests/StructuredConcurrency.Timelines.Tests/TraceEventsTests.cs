using System.Text.Json;

namespace StructuredConcurrency.Timelines.Tests;

public class TraceEventsTests
{
    [Fact]
    public void ToTraceJson_TheLesson_KeepsPerfettosRules()
    {
        using var trace = JsonDocument.Parse(Timeline.From(Logs.Lesson()).ToTraceJson());

        TraceRules.Check(trace);
        Assert.Contains(Of(trace, "X"), e => Name(e) == "working on item 29, cut short by cancellation");
    }

    [Fact]
    public void ToTraceJson_TheLesson_NamesAThreadForEachTask()
    {
        using var trace = JsonDocument.Parse(Timeline.From(Logs.Lesson()).ToTraceJson());

        Assert.Equal(
            [(0, "main"), (1, "PROD"), (2, "C1"), (3, "C2"), (4, "C3")],
            Of(trace, "M").Where(e => Name(e) == "thread_name").Select(e => (Int(e, "tid"), e.GetProperty("args").GetProperty("name").GetString()!)));
    }

    [Fact]
    public void ToTraceJson_TheLesson_PairsItemsAndHandOffsById()
    {
        var timeline = Timeline.From(Logs.Lesson());
        using var trace = JsonDocument.Parse(timeline.ToTraceJson());

        Assert.Equal(Ids("b"), Ids("e"));
        Assert.Equal(timeline.Items.Count, Ids("b").Count);
        Assert.Equal(Ids("s"), Ids("f"));
        Assert.Equal(timeline.Items.Count(i => i.GetTime is not null), Ids("s").Count);
        Assert.All(Of(trace, "C"), e => Assert.InRange(e.GetProperty("args").GetProperty("depth").GetInt32(), 0, 10));

        List<int> Ids(string phase) => [.. Of(trace, phase).Select(e => Int(e, "id")).Order()];
    }

    [Fact]
    public void ToTraceJson_Times_AreMicroseconds()
    {
        using var trace = JsonDocument.Parse(Timeline.From(Logs.Small()).ToTraceJson());

        var work = Of(trace, "X").First(e => Name(e) == "working on item A");
        Assert.Equal((30_000m, 40_000m), (work.GetProperty("ts").GetDecimal(), work.GetProperty("dur").GetDecimal()));
    }

    private static IEnumerable<JsonElement> Of(JsonDocument trace, string phase) =>
        trace.RootElement.GetProperty("traceEvents").EnumerateArray().Where(e => e.GetProperty("ph").GetString() == phase);

    private static string Name(JsonElement e) => e.GetProperty("name").GetString()!;

    private static int Int(JsonElement e, string name) => e.GetProperty(name).GetInt32();
}
