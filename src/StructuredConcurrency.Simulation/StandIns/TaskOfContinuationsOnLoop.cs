using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the continuations of <see cref="Task{TResult}"/>: without a scheduler they take the current one, which is the pool's where code goes on within another task's step.</summary>
[StandsFor(typeof(Task<>)), EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskOfContinuationsOnLoop
{
    public static Task ContinueWithOnLoop<TResult>(this Task<TResult> task, Action<Task<TResult>> continuationAction) =>
        task.ContinueWith(continuationAction, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop<TResult>(this Task<TResult> task, Action<Task<TResult>> continuationAction, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationAction, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop<TResult>(this Task<TResult> task, Action<Task<TResult>> continuationAction, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationAction, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop<TResult>(this Task<TResult> task, Action<Task<TResult>, object?> continuationAction, object? state) =>
        task.ContinueWith(continuationAction, state, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop<TResult>(this Task<TResult> task, Action<Task<TResult>, object?> continuationAction, object? state, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationAction, state, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task ContinueWithOnLoop<TResult>(this Task<TResult> task, Action<Task<TResult>, object?> continuationAction, object? state, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationAction, state, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);

    public static Task<TNewResult> ContinueWithOnLoop<TResult, TNewResult>(this Task<TResult> task, Func<Task<TResult>, TNewResult> continuationFunction) =>
        task.ContinueWith(continuationFunction, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TNewResult> ContinueWithOnLoop<TResult, TNewResult>(this Task<TResult> task, Func<Task<TResult>, TNewResult> continuationFunction, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationFunction, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TNewResult> ContinueWithOnLoop<TResult, TNewResult>(this Task<TResult> task, Func<Task<TResult>, TNewResult> continuationFunction, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationFunction, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);

    public static Task<TNewResult> ContinueWithOnLoop<TResult, TNewResult>(this Task<TResult> task, Func<Task<TResult>, object?, TNewResult> continuationFunction, object? state) =>
        task.ContinueWith(continuationFunction, state, CancellationToken.None, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TNewResult> ContinueWithOnLoop<TResult, TNewResult>(this Task<TResult> task, Func<Task<TResult>, object?, TNewResult> continuationFunction, object? state, CancellationToken cancellationToken) =>
        task.ContinueWith(continuationFunction, state, cancellationToken, TaskContinuationOptions.None, TaskSchedulerOnLoop.Current);

    public static Task<TNewResult> ContinueWithOnLoop<TResult, TNewResult>(this Task<TResult> task, Func<Task<TResult>, object?, TNewResult> continuationFunction, object? state, TaskContinuationOptions continuationOptions) =>
        task.ContinueWith(continuationFunction, state, CancellationToken.None, continuationOptions, TaskSchedulerOnLoop.Current);
}
