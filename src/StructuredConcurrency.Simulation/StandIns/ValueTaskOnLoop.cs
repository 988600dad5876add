using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the members of <see cref="ValueTask"/> that continue on the thread pool.</summary>
[StandsFor(typeof(ValueTask)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ValueTaskOnLoop
{
    public static ConfiguredValueTaskAwaitable ConfigureAwaitOnLoop(this ValueTask task, bool continueOnCapturedContext) =>
        task.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);

    public static Task AsTaskOnLoop(this ValueTask task)
    {
        return EventLoop.Current is null || task.IsCompleted ? task.AsTask() : AwaitAsync(task);

        static async Task AwaitAsync(ValueTask task) => await task;
    }

    public static ValueTask PreserveOnLoop(this ValueTask task) => EventLoop.Current is null || task.IsCompleted ? task.Preserve() : new ValueTask(task.AsTaskOnLoop());
}

/// <summary>Stands in for the members of <see cref="ValueTask{TResult}"/> that continue on the thread pool.</summary>
[StandsFor(typeof(ValueTask<>)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ValueTaskOfOnLoop
{
    public static ConfiguredValueTaskAwaitable<TResult> ConfigureAwaitOnLoop<TResult>(this ValueTask<TResult> task, bool continueOnCapturedContext) =>
        task.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);

    public static Task<TResult> AsTaskOnLoop<TResult>(this ValueTask<TResult> task)
    {
        return EventLoop.Current is null || task.IsCompleted ? task.AsTask() : AwaitAsync(task);

        static async Task<TResult> AwaitAsync(ValueTask<TResult> task) => await task;
    }

    public static ValueTask<TResult> PreserveOnLoop<TResult>(this ValueTask<TResult> task) =>
        EventLoop.Current is null || task.IsCompleted ? task.Preserve() : new ValueTask<TResult>(task.AsTaskOnLoop());
}
