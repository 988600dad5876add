using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for <see cref="Task"/>'s members that use the thread pool or the system's clock.</summary>
[StandsFor(typeof(Task)), EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskOnLoop
{
    private const TaskCreationOptions RunOptions = TaskCreationOptions.DenyChildAttach;

    public static TaskFactory Factory => EventLoop.Current is { } loop ? new TaskFactory(loop.TaskScheduler) : Task.Factory;

    public static Task Run(Action action) => Run(action, default);

    public static Task Run(Action action, CancellationToken cancellationToken) => EventLoop.Current is { } loop && action is not null
        ? Task.Factory.StartNew(action, cancellationToken, RunOptions, loop.TaskScheduler)
        : Task.Run(action!, cancellationToken);

    public static Task<TResult> Run<TResult>(Func<TResult> function) => Run(function, default);

    public static Task<TResult> Run<TResult>(Func<TResult> function, CancellationToken cancellationToken) => EventLoop.Current is { } loop && function is not null
        ? Task.Factory.StartNew(function, cancellationToken, RunOptions, loop.TaskScheduler)
        : Task.Run(function!, cancellationToken);

    public static Task Run(Func<Task?> function) => Run(function, default);

    public static Task Run(Func<Task?> function, CancellationToken cancellationToken)
    {
        if (EventLoop.Current is not { } loop || function is null || cancellationToken.IsCancellationRequested)
            return Task.Run(function!, cancellationToken);
        var end = new TaskCompletionSource();
        var start = Task.Factory.StartNew(function, cancellationToken, RunOptions, loop.TaskScheduler);
        Inline.Then(start, () => Unwrap(start, end.SetFromTask, end.SetException, end.SetCanceled, e => end.SetFromTask(Cancelled.With<bool>(e)), cancellationToken));
        return end.Task;
    }

    public static Task<TResult> Run<TResult>(Func<Task<TResult>?> function) => Run(function, default);

    public static Task<TResult> Run<TResult>(Func<Task<TResult>?> function, CancellationToken cancellationToken)
    {
        if (EventLoop.Current is not { } loop || function is null || cancellationToken.IsCancellationRequested)
            return Task.Run(function!, cancellationToken);
        var end = new TaskCompletionSource<TResult>();
        var start = Task.Factory.StartNew(function, cancellationToken, RunOptions, loop.TaskScheduler);
        Inline.Then(start, () => Unwrap(start, end.SetFromTask, end.SetException, end.SetCanceled, e => end.SetFromTask(Cancelled.With<TResult>(e)), cancellationToken));
        return end.Task;
    }

    public static Task Delay(int millisecondsDelay) => Delay(millisecondsDelay, default);

    public static Task Delay(int millisecondsDelay, CancellationToken cancellationToken) => EventLoop.Current is { } loop && millisecondsDelay >= -1
        ? Task.Delay(TimeSpan.FromMilliseconds(millisecondsDelay), loop.TimeProvider, cancellationToken)
        : Task.Delay(millisecondsDelay, cancellationToken);

    public static Task Delay(TimeSpan delay) => Delay(delay, default(CancellationToken));

    public static Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, TimeProviderOnLoop.System, cancellationToken);

    public static Task WhenAll(params Task[] tasks) => EventLoop.Current is null || tasks is null ? Task.WhenAll(tasks!) : WhenAll([.. tasks], Task.WhenAll);

    public static Task WhenAll(params ReadOnlySpan<Task> tasks) => EventLoop.Current is null ? Task.WhenAll(tasks) : WhenAll([.. tasks], Task.WhenAll);

    public static Task WhenAll(IEnumerable<Task> tasks) => EventLoop.Current is null || tasks is null ? Task.WhenAll(tasks!) : WhenAll([.. tasks], Task.WhenAll);

    public static Task<TResult[]> WhenAll<TResult>(params Task<TResult>[] tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenAll(tasks!) : WhenAll([.. tasks], Task.WhenAll);

    public static Task<TResult[]> WhenAll<TResult>(params ReadOnlySpan<Task<TResult>> tasks) =>
        EventLoop.Current is null ? Task.WhenAll(tasks) : WhenAll([.. tasks], Task.WhenAll);

    public static Task<TResult[]> WhenAll<TResult>(IEnumerable<Task<TResult>> tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenAll(tasks!) : WhenAll([.. tasks], Task.WhenAll);

    public static Task<Task> WhenAny(params Task[] tasks) => EventLoop.Current is null || tasks is null ? Task.WhenAny(tasks!) : WhenAny([.. tasks], Task.WhenAny);

    public static Task<Task> WhenAny(params ReadOnlySpan<Task> tasks) => EventLoop.Current is null ? Task.WhenAny(tasks) : WhenAny([.. tasks], Task.WhenAny);

    public static Task<Task> WhenAny(Task task1, Task task2) =>
        EventLoop.Current is null || task1 is null || task2 is null ? Task.WhenAny(task1!, task2!) : WhenAny([task1, task2], Task.WhenAny);

    public static Task<Task> WhenAny(IEnumerable<Task> tasks) => EventLoop.Current is null || tasks is null ? Task.WhenAny(tasks!) : WhenAny([.. tasks], Task.WhenAny);

    public static Task<Task<TResult>> WhenAny<TResult>(params Task<TResult>[] tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenAny(tasks!) : WhenAny([.. tasks], Task.WhenAny);

    public static Task<Task<TResult>> WhenAny<TResult>(params ReadOnlySpan<Task<TResult>> tasks) =>
        EventLoop.Current is null ? Task.WhenAny(tasks) : WhenAny([.. tasks], Task.WhenAny);

    public static Task<Task<TResult>> WhenAny<TResult>(Task<TResult> task1, Task<TResult> task2) =>
        EventLoop.Current is null || task1 is null || task2 is null ? Task.WhenAny(task1!, task2!) : WhenAny([task1, task2], Task.WhenAny);

    public static Task<Task<TResult>> WhenAny<TResult>(IEnumerable<Task<TResult>> tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenAny(tasks!) : WhenAny([.. tasks], Task.WhenAny);

    public static IAsyncEnumerable<Task> WhenEach(params Task[] tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenEach(tasks!) : WhenEach([.. tasks], Task.WhenEach);

    public static IAsyncEnumerable<Task> WhenEach(params ReadOnlySpan<Task> tasks) => EventLoop.Current is null ? Task.WhenEach(tasks) : WhenEach([.. tasks], Task.WhenEach);

    public static IAsyncEnumerable<Task> WhenEach(IEnumerable<Task> tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenEach(tasks!) : WhenEach([.. tasks], Task.WhenEach);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(params Task<TResult>[] tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenEach(tasks!) : WhenEach([.. tasks], Task.WhenEach);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(params ReadOnlySpan<Task<TResult>> tasks) =>
        EventLoop.Current is null ? Task.WhenEach(tasks) : WhenEach([.. tasks], Task.WhenEach);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(IEnumerable<Task<TResult>> tasks) =>
        EventLoop.Current is null || tasks is null ? Task.WhenEach(tasks!) : WhenEach([.. tasks], Task.WhenEach);

    public static ConfiguredTaskAwaitable ConfigureAwaitOnLoop(this Task task, bool continueOnCapturedContext) =>
        task.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);

    public static ConfiguredTaskAwaitable ConfigureAwaitOnLoop(this Task task, ConfigureAwaitOptions options) =>
        task.ConfigureAwait(EventLoop.Current is null ? options : options | ConfigureAwaitOptions.ContinueOnCapturedContext);

    public static Task WaitAsyncOnLoop(this Task task, CancellationToken cancellationToken) => WaitAsyncOnLoop(task, Timeout.InfiniteTimeSpan, cancellationToken);

    public static Task WaitAsyncOnLoop(this Task task, TimeSpan timeout) => WaitAsyncOnLoop(task, timeout, default(CancellationToken));

    public static Task WaitAsyncOnLoop(this Task task, TimeSpan timeout, CancellationToken cancellationToken) =>
        WaitAsyncOnLoop(task, timeout, TimeProviderOnLoop.System, cancellationToken);

    public static Task WaitAsyncOnLoop(this Task task, TimeSpan timeout, TimeProvider timeProvider) => WaitAsyncOnLoop(task, timeout, timeProvider, default);

    public static Task WaitAsyncOnLoop(this Task task, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (!Waits(task, timeout, timeProvider, cancellationToken))
            return task.WaitAsync(timeout, timeProvider, cancellationToken);
        var end = new TaskCompletionSource();
        var limit = new WaitLimit(timeout, timeProvider, cancellationToken, () => end.TrySetException(new TimeoutException()), () => end.TrySetCanceled(cancellationToken));
        Inline.Then(task, () => end.TrySetFromTask(task));
        Inline.Then(end.Task, limit.Dispose);
        return end.Task;
    }

    internal static bool Waits(Task task, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        EventLoop.Current is not null && !task.IsCompleted && timeProvider is not null && WaitLimit.IsValid(timeout) && !WaitLimit.IsZero(timeout)
        && !cancellationToken.IsCancellationRequested && (cancellationToken.CanBeCanceled || timeout != Timeout.InfiniteTimeSpan);

    /// <summary>Waits by means that stay on the loop, then asks the original for the result, which it has at once.</summary>
    private static Task WhenAll(Task[] tasks, Func<Task[], Task> original)
    {
        if (!SomeWait(tasks))
            return original(tasks);
        var end = new TaskCompletionSource();
        WhenLastEnds(tasks, ended => end.SetFromTask(original(ended))); // errors come in the order in which they happened
        return end.Task;
    }

    private static Task<TResult[]> WhenAll<TResult>(Task<TResult>[] tasks, Func<Task<TResult>[], Task<TResult[]>> original)
    {
        if (!SomeWait(tasks))
            return original(tasks);
        var end = new TaskCompletionSource<TResult[]>();
        WhenLastEnds(tasks, _ => end.SetFromTask(original(tasks))); // errors come in the order of the tasks
        return end.Task;
    }

    private static Task<TTask> WhenAny<TTask>(TTask[] tasks, Func<TTask[], Task<TTask>> original)
        where TTask : Task
    {
        if (tasks.Length == 0 || Array.Exists(tasks, task => task is null or { IsCompleted: true }))
            return original(tasks);
        var end = new TaskCompletionSource<TTask>();
        foreach (var task in tasks)
            Inline.Then(task, () => end.TrySetResult(task));
        return end.Task;
    }

    private static IAsyncEnumerable<TTask> WhenEach<TTask>(TTask[] tasks, Func<TTask[], IAsyncEnumerable<TTask>> original)
        where TTask : Task
    {
        // The original tells of a task that is null; the moment to do so is now and not the first item's.
        return SomeWait(tasks) ? new EndedTasks<TTask>(tasks) : original(tasks);
    }

    /// <summary>Whether there is anything to wait for. A task that is null is for the original to refuse.</summary>
    private static bool SomeWait(Task?[] tasks) => !Array.Exists(tasks, task => task is null) && !Array.TrueForAll(tasks, task => task!.IsCompleted);

    /// <summary>Calls back with the tasks in the order in which they ended.</summary>
    private static void WhenLastEnds(Task[] tasks, Action<Task[]> action)
    {
        var inOrder = new Task[tasks.Length];
        var ended = 0;
        foreach (var task in tasks)
        {
            Inline.Then(task, () =>
            {
                lock (inOrder)
                {
                    inOrder[ended++] = task;
                    if (ended < tasks.Length)
                        return;
                }

                action(inOrder);
            });
        }
    }

    /// <summary>Ends a promise as the task that a function returned does, or as the function itself where it returned none.</summary>
    private static void Unwrap<TTask>(
        Task<TTask?> start, Action<TTask> end, Action<IEnumerable<Exception>> fail, Action<CancellationToken> cancel, Action<OperationCanceledException> cancelWith, CancellationToken cancellationToken)
        where TTask : Task
    {
        if (start.IsCompletedSuccessfully && start.Result is { } inner)
            Inline.Then(inner, () => end(inner));
        else if (start.Exception?.InnerException is OperationCanceledException e)
            cancelWith(e); // Task.Run takes every cancellation that leaves the function for the task's
        else if (start.Exception is { } error)
            fail(error.InnerExceptions);
        else
            cancel(start.IsCanceled ? cancellationToken : default); // cancelled before it began, or the function returned null
    }
}
