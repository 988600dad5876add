using BenchmarkDotNet.Attributes;
using StructuredConcurrency.Simulation;
using Workshop.Lesson;

namespace Bench;

/// <summary>How many schedules of the lesson's own program the event loop runs: a timeout scope, a task group and a queue to join, with nobody listening.</summary>
[MemoryDiagnoser]
public class LessonBenchmarks
{
    private static readonly LessonSettings s_allItems = new() { Items = 30, Deadline = TimeSpan.FromSeconds(100) };
    private static readonly LessonSettings s_withTimeout = new() { Items = 30 };

    [Benchmark(OperationsPerInvoke = ScheduleBenchmarks.Schedules)]
    public ExploreReport AllItems() => Explore(s_allItems);

    [Benchmark(OperationsPerInvoke = ScheduleBenchmarks.Schedules)]
    public ExploreReport WithTimeout() => Explore(s_withTimeout);

    private static ExploreReport Explore(LessonSettings settings) => ScheduleBenchmarks.Explore(
        () => LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, print: null)));
}
