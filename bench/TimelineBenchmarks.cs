using BenchmarkDotNet.Attributes;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Timelines;
using Workshop.Lesson;

namespace Bench;

/// <summary>What it costs to draw: the lesson's own run, and one of a million events.</summary>
[MemoryDiagnoser]
public class TimelineBenchmarks
{
    private static readonly Lazy<EventLog> s_lesson = new(() => Run(new LessonSettings()));
    private static readonly Lazy<EventLog> s_large = new(() => Cut(Run(new LessonSettings { Items = 100_000, Deadline = TimeSpan.FromDays(1) }), 1_000_000));

    public static EventLog Large => s_large.Value;

    [Benchmark]
    public string LessonFigure() => Timeline.From(s_lesson.Value).ToPlotlyFigure();

    [Benchmark]
    public string LargePage() => Timeline.From(Large).ToHtml();

    private static EventLog Run(LessonSettings settings) => EventLoop.Run(
        () => LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, print: null)),
        new EventLoopOptions { Seed = settings.Seed, MaxSteps = int.MaxValue }).Log;

    private static EventLog Cut(EventLog log, int count)
    {
        var events = log.Events;
        if (events.Count < count)
            throw new InvalidOperationException($"The run gave only {events.Count} events.");
        var cut = new EventLog();
        foreach (var e in events.Take(count))
            cut.OnEvent(e);
        return cut;
    }
}
