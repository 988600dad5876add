using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the waits of a semaphore that may end early: the originals continue on the thread pool, with the system's clock.</summary>
/// <remarks>
/// A wait joins the original's own queue, as one that does not end early. Ended early it stays there, and what it is given then it hands
/// on: at the end of the very <c>Release</c> that gave it, so that nobody sees it on its way. Whoever observes hears of the wait.
/// </remarks>
[StandsFor(typeof(SemaphoreSlim)), EditorBrowsable(EditorBrowsableState.Never)]
public static class SemaphoreSlimOnLoop
{
    private const string Permit = "a permit of a semaphore";

    private static readonly ConditionalWeakTable<SemaphoreSlim, Abandoned> s_abandoned = [];
    private static readonly ConditionalWeakTable<Task, SemaphoreSlim> s_waits = []; // to say what somebody waits for

    public static Task WaitAsyncOnLoop(this SemaphoreSlim semaphore, CancellationToken cancellationToken) =>
        Waits(semaphore, Timeout.InfiniteTimeSpan, cancellationToken) is { } loop
            ? Wait(loop, semaphore, Timeout.InfiniteTimeSpan, cancellationToken)
            : semaphore.WaitAsync(cancellationToken);

    public static Task<bool> WaitAsyncOnLoop(this SemaphoreSlim semaphore, int millisecondsTimeout) =>
        Waits(semaphore, TimeSpan.FromMilliseconds(millisecondsTimeout), default) is { } loop
            ? Wait(loop, semaphore, TimeSpan.FromMilliseconds(millisecondsTimeout), default)
            : semaphore.WaitAsync(millisecondsTimeout);

    public static Task<bool> WaitAsyncOnLoop(this SemaphoreSlim semaphore, int millisecondsTimeout, CancellationToken cancellationToken) =>
        Waits(semaphore, TimeSpan.FromMilliseconds(millisecondsTimeout), cancellationToken) is { } loop
            ? Wait(loop, semaphore, TimeSpan.FromMilliseconds(millisecondsTimeout), cancellationToken)
            : semaphore.WaitAsync(millisecondsTimeout, cancellationToken);

    public static Task<bool> WaitAsyncOnLoop(this SemaphoreSlim semaphore, TimeSpan timeout) =>
        Waits(semaphore, timeout, default) is { } loop ? Wait(loop, semaphore, timeout, default) : semaphore.WaitAsync(timeout);

    public static Task<bool> WaitAsyncOnLoop(this SemaphoreSlim semaphore, TimeSpan timeout, CancellationToken cancellationToken) =>
        Waits(semaphore, timeout, cancellationToken) is { } loop ? Wait(loop, semaphore, timeout, cancellationToken) : semaphore.WaitAsync(timeout, cancellationToken);

    public static int ReleaseOnLoop(this SemaphoreSlim semaphore) => ReleaseOnLoop(semaphore, 1);

    public static int ReleaseOnLoop(this SemaphoreSlim semaphore, int releaseCount)
    {
        if (!s_abandoned.TryGetValue(semaphore, out var abandoned))
            return semaphore.Release(releaseCount);
        abandoned.Releasing = true;
        try
        {
            var before = semaphore.Release(releaseCount);
            for (; abandoned.Owed > 0; abandoned.Owed--)
                semaphore.Release();
            return before;
        }
        finally
        {
            abandoned.Releasing = false;
        }
    }

    /// <summary>The semaphore that a task returned from here waits for; <see langword="null"/>: it is no such task.</summary>
    internal static SemaphoreSlim? AwaitedBy(object task) => task is Task wait && s_waits.TryGetValue(wait, out var semaphore) ? semaphore : null;

    /// <summary>The loop, where the wait has to wait there and may end early; otherwise the original is right.</summary>
    private static EventLoop? Waits(SemaphoreSlim semaphore, TimeSpan timeout, CancellationToken cancellationToken) =>
        semaphore.CurrentCount == 0 && !cancellationToken.IsCancellationRequested && (cancellationToken.CanBeCanceled || timeout != Timeout.InfiniteTimeSpan)
        && WaitLimit.IsValid(timeout) && !WaitLimit.IsZero(timeout)
            ? EventLoop.Current
            : null;

    private static Task<bool> Wait(EventLoop loop, SemaphoreSlim semaphore, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var turn = semaphore.WaitAsync(CancellationToken.None);
        if (turn.IsCompleted)
            return Task.FromResult(true);
        var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously); // as the original: Release runs nobody's code
        var limit = new WaitLimit(timeout, loop.TimeProvider, cancellationToken, () => end.TrySetResult(false), () => end.TrySetFromTask(Cancelled.With<bool>(new OperationCanceledException(cancellationToken))));
        Inline.Then(turn, () =>
        {
            limit.Dispose();
            if (!end.TrySetResult(true))
                HandOn(semaphore);
        });
        var story = ExecutionContext.Capture()!; // the wait ends in somebody else's step, and it is the waiting task's all the same
        s_waits.Add(end.Task, semaphore);
        ScopeTracing.WaitStarted(Permit);
        Inline.Then(end.Task, () =>
        {
            ExecutionContext.Run(story, Ended, end.Task);
            limit.Dispose();
            if (!turn.IsCompleted)
                s_abandoned.GetOrCreateValue(semaphore);
        });
        return end.Task;
    }

    private static void Ended(object? wait) =>
        ScopeTracing.WaitEnded(Permit, ((Task<bool>)wait!).Status == TaskStatus.Canceled ? ScopeOutcome.Cancelled : ((Task<bool>)wait).Result ? ScopeOutcome.Succeeded : ScopeOutcome.TimedOut);

    private static void HandOn(SemaphoreSlim semaphore)
    {
        // This runs inside the original's Release, under its lock.
        if (s_abandoned.TryGetValue(semaphore, out var abandoned) && abandoned.Releasing)
            abandoned.Owed++;
        else if (SynchronizationContext.Current is { } context)
            context.Post(static semaphore => ((SemaphoreSlim)semaphore!).ReleaseOnLoop(), semaphore); // released by code that was not rewritten
        else
            ThreadPool.UnsafeQueueUserWorkItem(static semaphore => semaphore.Release(), semaphore, preferLocal: false);
    }

    private sealed class Abandoned
    {
        public bool Releasing { get; set; }

        public int Owed { get; set; }
    }
}
