using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the schedulers that .NET offers: on the loop they are the loop's.</summary>
[StandsFor(typeof(TaskScheduler)), EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskSchedulerOnLoop
{
    public static TaskScheduler Default => EventLoop.Current?.TaskScheduler ?? TaskScheduler.Default;

    public static TaskScheduler Current =>
        EventLoop.Current is { } loop && TaskScheduler.Current == TaskScheduler.Default ? loop.TaskScheduler : TaskScheduler.Current;
}
