using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the continuations of <see cref="Task"/>: without a scheduler they take the current one, which is the pool's where code goes on within another task's step.</summary>
[StandsFor(typeof(Task)), EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskContinuationsOnLoop
{
    public static Task ContinueWithOnLoop(this Task task, Action<Task> continuationAction) =>
        task.ContinueWith(continuationAction, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop(this Task task, Action<Task> continuationAction, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationAction, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop(this Task task, Action<Task> continuationAction, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationAction, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop(this Task task, Action<Task, object?> continuationAction, object? state) =>
        task.ContinueWith(continuationAction, state, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop(this Task task, Action<Task, object?> continuationAction, object? state, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationAction, state, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop(this Task task, Action<Task, object?> continuationAction, object? state, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationAction, state, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);

    public static Task<TResult> ContinueWithOnLoop<TResult>(this Task task, Func<Task, TResult> continuationFunction) =>
        task.ContinueWith(continuationFunction, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TResult> ContinueWithOnLoop<TResult>(this Task task, Func<Task, TResult> continuationFunction, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationFunction, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TResult> ContinueWithOnLoop<TResult>(this Task task, Func<Task, TResult> continuationFunction, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationFunction, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);

    public static Task<TResult> ContinueWithOnLoop<TResult>(this Task task, Func<Task, object?, TResult> continuationFunction, object? state) =>
        task.ContinueWith(continuationFunction, state, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TResult> ContinueWithOnLoop<TResult>(this Task task, Func<Task, object?, TResult> continuationFunction, object? state, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationFunction, state, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TResult> ContinueWithOnLoop<TResult>(this Task task, Func<Task, object?, TResult> continuationFunction, object? state, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationFunction, state, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);
}
