using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the members of <see cref="Task{TResult}"/> that use the thread pool or the system's clock.</summary>
[StandsFor(typeof(Task<>)), EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskOfOnLoop
{
    public static ConfiguredTaskAwaitable<TResult> ConfigureAwaitOnLoop<TResult>(this Task<TResult> task, bool continueOnCapturedContext) =>
        task.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);

    public static ConfiguredTaskAwaitable<TResult> ConfigureAwaitOnLoop<TResult>(this Task<TResult> task, ConfigureAwaitOptions options) =>
        task.ConfigureAwait(EventLoop.Current is null ? options : options | ConfigureAwaitOptions.ContinueOnCapturedContext);

    public static Task<TResult> WaitAsyncOnLoop<TResult>(this Task<TResult> task, CancellationToken cancellationToken) =>
        WaitAsyncOnLoop(task, Timeout.InfiniteTimeSpan, cancellationToken);

    public static Task<TResult> WaitAsyncOnLoop<TResult>(this Task<TResult> task, TimeSpan timeout) => WaitAsyncOnLoop(task, timeout, default(CancellationToken));

    public static Task<TResult> WaitAsyncOnLoop<TResult>(this Task<TResult> task, TimeSpan timeout, CancellationToken cancellationToken) =>
        WaitAsyncOnLoop(task, timeout, TimeProviderOnLoop.System, cancellationToken);

    public static Task<TResult> WaitAsyncOnLoop<TResult>(this Task<TResult> task, TimeSpan timeout, TimeProvider timeProvider) =>
        WaitAsyncOnLoop(task, timeout, timeProvider, default);

    public static Task<TResult> WaitAsyncOnLoop<TResult>(this Task<TResult> task, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (!TaskOnLoop.Waits(task, timeout, timeProvider, cancellationToken))
            return task.WaitAsync(timeout, timeProvider, cancellationToken);
        var end = new TaskCompletionSource<TResult>();
        var limit = new WaitLimit(timeout, timeProvider, cancellationToken, () => end.TrySetException(new TimeoutException()), () => end.TrySetCanceled(cancellationToken));
        Inline.Then(task, () => end.TrySetFromTask(task));
        Inline.Then(end.Task, limit.Dispose);
        return end.Task;
    }
}
