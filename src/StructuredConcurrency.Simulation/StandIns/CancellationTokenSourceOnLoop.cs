using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for a source that cancels itself after a time.</summary>
[StandsFor(typeof(CancellationTokenSource)), EditorBrowsable(EditorBrowsableState.Never)]
public class CancellationTokenSourceOnLoop : CancellationTokenSource
{
    public CancellationTokenSourceOnLoop(int millisecondsDelay)
        : base(Checked(millisecondsDelay), TimeProviderOnLoop.System)
    {
    }

    public CancellationTokenSourceOnLoop(TimeSpan delay)
        : base(delay, TimeProviderOnLoop.System)
    {
    }

    private static TimeSpan Checked(int millisecondsDelay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(millisecondsDelay, -1);
        return TimeSpan.FromMilliseconds(millisecondsDelay);
    }
}

/// <summary>Stands in for the members of a source that use the thread pool or the system's clock.</summary>
/// <remarks>
/// A source that was made without a clock makes its timer when it first needs one, on the system's. So it is given one of the loop's before; and
/// callbacks that are to run asynchronously are started on the loop. Both need internals of .NET: where a later one has others, the original
/// runs, and what leaves the loop is counted as ever.
/// </remarks>
[StandsFor(typeof(CancellationTokenSource)), EditorBrowsable(EditorBrowsableState.Never)]
public static class CancellationTokenSourceMembersOnLoop
{
    public static void CancelAfterOnLoop(this CancellationTokenSource source, int millisecondsDelay)
    {
        GiveClock(source);
        source.CancelAfter(millisecondsDelay);
    }

    public static void CancelAfterOnLoop(this CancellationTokenSource source, TimeSpan delay)
    {
        GiveClock(source);
        source.CancelAfter(delay);
    }

    public static Task CancelAsyncOnLoop(this CancellationTokenSource source)
    {
        if (EventLoop.Current is not { } loop || source.IsCancellationRequested)
            return source.CancelAsync();
        _ = source.Token; // throws where it was disposed
        try
        {
            return Internals.TransitionToCancellationRequested(source)
                ? Task.Factory.StartNew(() => Internals.ExecuteCallbackHandlers(source, throwOnFirstException: false), CancellationToken.None, TaskCreationOptions.DenyChildAttach, loop.TaskScheduler)
                : Task.CompletedTask;
        }
        catch (MissingMemberException)
        {
            return source.CancelAsync();
        }
    }

    public static bool TryResetOnLoop(this CancellationTokenSource source)
    {
        try
        {
            // The original cannot know whether a timer of another clock has fired, and refuses. On one thread it has not, or the source is cancelled.
            if (EventLoop.Current is not null && !source.IsCancellationRequested && Internals.Timer(source) is LoopTimer timer)
            {
                timer.Dispose();
                Internals.Timer(source) = null;
            }
        }
        catch (MissingMemberException)
        {
            // the original decides
        }

        return source.TryReset();
    }

    private static void GiveClock(CancellationTokenSource source)
    {
        if (EventLoop.Current is not { } loop || source.IsCancellationRequested)
            return;
        try
        {
            if (Internals.Timer(source) is not null)
                return;
            _ = source.Token; // throws where it was disposed
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
                Internals.Timer(source) = loop.TimeProvider.CreateTimer(static source => Cancel((CancellationTokenSource)source!), source, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        catch (MissingMemberException)
        {
            // the original uses the system's clock
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        if (Internals.TransitionToCancellationRequested(source))
            Internals.ExecuteCallbackHandlers(source, throwOnFirstException: false);
    }

    private static class Internals
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_timer")]
        public static extern ref ITimer? Timer(CancellationTokenSource source);

        [UnsafeAccessor(UnsafeAccessorKind.Method)]
        public static extern bool TransitionToCancellationRequested(CancellationTokenSource source);

        [UnsafeAccessor(UnsafeAccessorKind.Method)]
        public static extern void ExecuteCallbackHandlers(CancellationTokenSource source, bool throwOnFirstException);
    }
}
