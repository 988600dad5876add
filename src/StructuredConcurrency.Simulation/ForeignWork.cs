using System.Runtime.InteropServices;

namespace StructuredConcurrency.Simulation;

/// <summary>Whether something is under way in the process outside the loop: more than when the run began, or than is known to be others', is probably the program's.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct ForeignWork
{
    // Threads of the pool that were busy for long and had nothing to say to a loop of this thread: somebody else's. Each thread learns it for
    // itself, since a loop elsewhere that was less patient may have taken for somebody else's what is this one's.
    [ThreadStatic]
    private static int s_others;

    private readonly long _timers;
    private readonly long _pending;
    private readonly long _completed;
    private readonly int _busyThreads;

    private ForeignWork(long timers, long pending, long completed, int busyThreads) =>
        (_timers, _pending, _completed, _busyThreads) = (timers, pending, completed, busyThreads);

    /// <summary>What is under way before a program begins, and so is others'.</summary>
    public static ForeignWork AtStart()
    {
        var busy = BusyThreads();
        s_others = Math.Min(s_others, busy); // some may have ended: the program's own must not be taken for them
        return new(Timer.ActiveCount, ThreadPool.PendingWorkItemCount, ThreadPool.CompletedWorkItemCount, busy);
    }

    /// <summary>Whether the thread pool has something to do, other than what is known to be others'.</summary>
    public bool IsPoolBusier()
    {
        // Asked each time before virtual time passes. The queue first: what a thread takes from it meanwhile shows in the threads. Those alone
        // do not tell, since a thread may stop being counted before the next is asked to take what came last.
        var queued = ThreadPool.PendingWorkItemCount;
        var busy = BusyThreads();
        if (busy > s_others)
            return true;
        s_others = busy;
        return queued > (busy == 0 ? 0 : _pending);
    }

    /// <summary>What the pool is busy with has been waited for in vain.</summary>
    public static void TakeForOthers() => s_others = BusyThreads();

    /// <summary>Whether more is under way, timers of the system's clock included.</summary>
    public bool IsMoreThanAtStart() => Timer.ActiveCount > _timers || ThreadPool.PendingWorkItemCount > 0 || BusyThreads() > Math.Max(_busyThreads, s_others);

    /// <summary>What was under way at the start may have ended since, and what the program began stands in its place: as many as before are no proof then.</summary>
    public bool MayHideMore() => ThreadPool.CompletedWorkItemCount != _completed && (Timer.ActiveCount > 0 || BusyThreads() > 0);

    /// <summary>Whether a thread of the pool runs something, whosever it is.</summary>
    public static bool IsAThreadBusy => BusyThreads() > 0;

    /// <summary>Threads of the pool that run something, the caller's own left out.</summary>
    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return Math.Max(0, most - available - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0));
    }
}
