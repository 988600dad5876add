using System.Text.Json;

namespace StructuredConcurrency.Timelines.Tests;

/// <summary>The rules by which Perfetto's trace processor reads Chrome trace events; what breaks one is dropped there without a word.</summary>
internal static class TraceRules
{
    public static void Check(JsonDocument trace)
    {
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        EveryEventIsComplete(events);
        SlicesNest(events);
        AsyncPairsMatch(events);
        ArrowsBind(events);
        CountersCount(events);
    }

    private static void EveryEventIsComplete(List<JsonElement> events)
    {
        var named = events.Where(e => Phase(e) == "M" && Name(e) == "thread_name").Select(Thread).ToList();
        Assert.Equal(named.Distinct(), named);
        Assert.Single(events, e => Phase(e) == "M" && Name(e) == "process_name");
        foreach (var e in events)
        {
            Assert.Contains(Phase(e), new[] { "M", "X", "b", "e", "s", "f", "i", "C" });
            Assert.NotNull(Name(e));
            Assert.Equal(1, e.GetProperty("pid").GetInt32());
            if (Phase(e) == "M")
                continue;
            Assert.True(Time(e) >= 0);
            Assert.NotEqual("", e.GetProperty("cat").GetString());
            if (Phase(e) is "X" or "s" or "f" or "i")
                Assert.Contains(Thread(e), named);
            if (Phase(e) == "i")
                Assert.Equal("t", e.GetProperty("s").GetString());
        }
    }

    /// <summary>Two slices of one thread lie apart or one inside the other, and stand in the order in which they open.</summary>
    private static void SlicesNest(List<JsonElement> events)
    {
        foreach (var thread in events.Where(e => Phase(e) == "X").GroupBy(Thread))
        {
            var open = new Stack<decimal>();
            var last = decimal.MinValue;
            foreach (var slice in thread)
            {
                var (start, end) = Range(slice);
                Assert.True(end >= start && start >= last, $"{Name(slice)} stands out of order");
                last = start;
                while (open.TryPeek(out var ends) && ends <= start)
                    open.Pop();
                Assert.True(open.Count == 0 || end <= open.Peek(), $"{Name(slice)} ends after the slice around it");
                open.Push(end);
            }
        }
    }

    /// <summary>Each identifier begins once and ends once, in one category and under one name, never before it began.</summary>
    private static void AsyncPairsMatch(List<JsonElement> events)
    {
        foreach (var pair in events.Where(e => Phase(e) is "b" or "e").GroupBy(Id))
        {
            Assert.Equal(["b", "e"], pair.Select(Phase));
            Assert.Single(pair.Select(e => (Name(e), e.GetProperty("cat").GetString())).Distinct());
            Assert.True(Time(pair.First()) <= Time(pair.Last()));
        }
    }

    /// <summary>An arrow has one start and one finish, and each lies on a slice of its thread.</summary>
    private static void ArrowsBind(List<JsonElement> events)
    {
        var slices = events.Where(e => Phase(e) == "X").ToLookup(Thread, Range);
        foreach (var arrow in events.Where(e => Phase(e) is "s" or "f").GroupBy(Id))
        {
            Assert.Equal(["s", "f"], arrow.Select(Phase));
            Assert.True(Time(arrow.First()) <= Time(arrow.Last()));
            Assert.Equal("e", arrow.Last().GetProperty("bp").GetString());
            Assert.All(arrow, end => Assert.Contains(slices[Thread(end)], slice => slice.Start <= Time(end) && Time(end) <= slice.End));
        }
    }

    private static void CountersCount(List<JsonElement> events)
    {
        foreach (var counter in events.Where(e => Phase(e) == "C").GroupBy(Name))
            Assert.All(counter, e => Assert.True(Assert.Single(e.GetProperty("args").EnumerateObject()).Value.GetInt32() >= 0));
    }

    private static string Phase(JsonElement e) => e.GetProperty("ph").GetString()!;

    private static string Name(JsonElement e) => e.GetProperty("name").GetString()!;

    private static int Thread(JsonElement e) => e.GetProperty("tid").GetInt32();

    private static long Id(JsonElement e) => e.GetProperty("id").GetInt64();

    private static decimal Time(JsonElement e) => e.GetProperty("ts").GetDecimal();

    private static (decimal Start, decimal End) Range(JsonElement slice) => (Time(slice), Time(slice) + slice.GetProperty("dur").GetDecimal());
}
