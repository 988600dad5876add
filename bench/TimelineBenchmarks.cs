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
    private static readonly Lazy<EventLog> s_large = new(() => Cut(Run(new LessonSettings { Items = 120_000, Deadline = TimeSpan.FromDays(1) }), 1_000_000));

    public static EventLog Large => s_large.Value;

    [Benchmark]
    public string LessonFigure() => Timeline.From(s_lesson.Value).ToPlotlyFigure();

    [Benchmark]
    public string LargePage() => Timeline.From(Large).ToHtml();

    private static EventLog Run(LessonSettings settings) => EventLoop.Run(
        () => LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, print: null)),
        new EventLoopOptions { Seed = settings.Seed, MaxVirtualTime = TimeSpan.FromDays(2), MaxSteps = int.MaxValue }).Log;

    /// <summary>The last events of a run that had more: its end is whole, its beginning is not.</summary>
    private static EventLog Cut(EventLog log, int count)
    {
        var cut = new EventLog();
        foreach (var e in log.Events.Take(count))
            cut.OnEvent(e);
        return cut;
    }
}
