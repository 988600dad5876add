namespace StructuredConcurrency.Simulation;

/// <summary>What was under way in the process outside the loop when a run began: more than that is probably the program's.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly struct ForeignWork
{
    private readonly long _timers;
    private readonly long _pending;
    private readonly long _completed;
    private readonly int _busyThreads;

    private ForeignWork(long timers, long pending, long completed, int busyThreads) =>
        (_timers, _pending, _completed, _busyThreads) = (timers, pending, completed, busyThreads);

    public static ForeignWork Now() => new(Timer.ActiveCount, ThreadPool.PendingWorkItemCount, ThreadPool.CompletedWorkItemCount, BusyThreads());

    /// <summary>Whether the thread pool has more to do.</summary>
    public bool IsPoolBusier() => ThreadPool.PendingWorkItemCount > _pending || BusyThreads() > _busyThreads;

    /// <summary>Whether more is under way, timers of the system's clock included.</summary>
    public bool IsMore() => Timer.ActiveCount > _timers || ThreadPool.PendingWorkItemCount > 0 || BusyThreads() > _busyThreads;

    /// <summary>What was under way at the start may have ended since, and what the program began stands in its place: as many as before are no proof then.</summary>
    public bool MayHideMore() => ThreadPool.CompletedWorkItemCount != _completed
        && (Timer.ActiveCount > 0 || BusyThreads() > (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0));

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return most - available;
    }
}
