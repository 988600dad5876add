using System.ComponentModel;
using System.Numerics;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the asynchronous loops of <see cref="Parallel"/>: each worker becomes a task of the event loop.</summary>
/// <remarks>Where nobody says how many at a time, it is <see cref="EnvironmentOnLoop.ProcessorCount"/>, so that a schedule is the same on every machine.</remarks>
[StandsFor(typeof(Parallel)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ParallelOnLoop
{
    public static Task ForEachAsync<TSource>(IEnumerable<TSource> source, Func<TSource, CancellationToken, ValueTask> body) =>
        EventLoop.Current is null ? Parallel.ForEachAsync(source, body) : Parallel.ForEachAsync(source, OnLoop(new ParallelOptions()), body);

    public static Task ForEachAsync<TSource>(IEnumerable<TSource> source, CancellationToken cancellationToken, Func<TSource, CancellationToken, ValueTask> body) =>
        EventLoop.Current is null
            ? Parallel.ForEachAsync(source, cancellationToken, body)
            : Parallel.ForEachAsync(source, OnLoop(new ParallelOptions { CancellationToken = cancellationToken }), body);

    public static Task ForEachAsync<TSource>(IEnumerable<TSource> source, ParallelOptions parallelOptions, Func<TSource, CancellationToken, ValueTask> body) =>
        Parallel.ForEachAsync(source, OnLoop(parallelOptions), body);

    public static Task ForEachAsync<TSource>(IAsyncEnumerable<TSource> source, Func<TSource, CancellationToken, ValueTask> body) =>
        EventLoop.Current is null ? Parallel.ForEachAsync(source, body) : Parallel.ForEachAsync(source, OnLoop(new ParallelOptions()), body);

    public static Task ForEachAsync<TSource>(IAsyncEnumerable<TSource> source, CancellationToken cancellationToken, Func<TSource, CancellationToken, ValueTask> body) =>
        EventLoop.Current is null
            ? Parallel.ForEachAsync(source, cancellationToken, body)
            : Parallel.ForEachAsync(source, OnLoop(new ParallelOptions { CancellationToken = cancellationToken }), body);

    public static Task ForEachAsync<TSource>(IAsyncEnumerable<TSource> source, ParallelOptions parallelOptions, Func<TSource, CancellationToken, ValueTask> body) =>
        Parallel.ForEachAsync(source, OnLoop(parallelOptions), body);

    public static Task ForAsync<T>(T fromInclusive, T toExclusive, Func<T, CancellationToken, ValueTask> body)
        where T : notnull, IBinaryInteger<T> =>
        EventLoop.Current is null
            ? Parallel.ForAsync(fromInclusive, toExclusive, body)
            : Parallel.ForAsync(fromInclusive, toExclusive, OnLoop(new ParallelOptions()), body);

    public static Task ForAsync<T>(T fromInclusive, T toExclusive, CancellationToken cancellationToken, Func<T, CancellationToken, ValueTask> body)
        where T : notnull, IBinaryInteger<T> =>
        EventLoop.Current is null
            ? Parallel.ForAsync(fromInclusive, toExclusive, cancellationToken, body)
            : Parallel.ForAsync(fromInclusive, toExclusive, OnLoop(new ParallelOptions { CancellationToken = cancellationToken }), body);

    public static Task ForAsync<T>(T fromInclusive, T toExclusive, ParallelOptions parallelOptions, Func<T, CancellationToken, ValueTask> body)
        where T : notnull, IBinaryInteger<T> =>
        Parallel.ForAsync(fromInclusive, toExclusive, OnLoop(parallelOptions), body);

    private static ParallelOptions OnLoop(ParallelOptions options) => EventLoop.Current is not { } loop || options is null ? options! : new ParallelOptions
    {
        CancellationToken = options.CancellationToken,
        MaxDegreeOfParallelism = options.MaxDegreeOfParallelism == -1 ? EnvironmentOnLoop.ProcessorCount : options.MaxDegreeOfParallelism,
        TaskScheduler = options.TaskScheduler is null || options.TaskScheduler == TaskScheduler.Default || options.TaskScheduler == loop.TaskScheduler
            ? new WorkerScheduler(loop)
            : options.TaskScheduler,
    };

    /// <summary>As the loop's own, but without its limit: as many workers as the program asks for.</summary>
    private sealed class WorkerScheduler(EventLoop loop) : TaskScheduler
    {
        protected override void QueueTask(Task task) => loop.Launch($"worker #{task.Id}", () =>
        {
            TryExecuteTask(task);
            return task;
        });

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => loop.IsCurrentThread && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
