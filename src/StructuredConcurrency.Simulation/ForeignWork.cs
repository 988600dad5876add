using System.Runtime.InteropServices;

namespace StructuredConcurrency.Simulation;

/// <summary>Whether something is under way in the process outside the loop: more than when the run began, or than is known to be others', is probably the program's.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct ForeignWork
{
    // Threads of the pool that were busy for long and had nothing to say to any loop: somebody else's.
    private static int s_others;

    private readonly long _timers;
    private readonly long _pending;
    private readonly long _completed;
    private readonly int _busyThreads;

    private ForeignWork(long timers, long pending, long completed, int busyThreads) =>
        (_timers, _pending, _completed, _busyThreads) = (timers, pending, completed, busyThreads);

    /// <summary>What is under way before a program begins, and so is others'.</summary>
    public static ForeignWork Now()
    {
        var busy = BusyThreads();
        if (busy < Volatile.Read(ref s_others))
            Volatile.Write(ref s_others, busy); // some have ended: the program's own must not be taken for them
        return new(Timer.ActiveCount, ThreadPool.PendingWorkItemCount, ThreadPool.CompletedWorkItemCount, busy);
    }

    /// <summary>Whether the thread pool has something to do, other than what is known to be others'.</summary>
    public bool IsPoolBusier()
    {
        // Asked each time before virtual time passes. Work that is queued makes a thread count as busy at once, unless others keep them all so.
        var busy = BusyThreads();
        var others = Volatile.Read(ref s_others);
        if (busy > others)
            return true;
        if (others == 0)
            return false;
        if (busy < others)
            Volatile.Write(ref s_others, busy);
        return ThreadPool.PendingWorkItemCount > _pending;
    }

    /// <summary>What the pool is busy with has been waited for in vain.</summary>
    public static void IsOthers() => Volatile.Write(ref s_others, BusyThreads());

    /// <summary>Whether more is under way, timers of the system's clock included.</summary>
    public bool IsMore() => Timer.ActiveCount > _timers || ThreadPool.PendingWorkItemCount > 0 || BusyThreads() > Math.Max(_busyThreads, Volatile.Read(ref s_others));

    /// <summary>What was under way at the start may have ended since, and what the program began stands in its place: as many as before are no proof then.</summary>
    public bool MayHideMore() => ThreadPool.CompletedWorkItemCount != _completed && (Timer.ActiveCount > 0 || BusyThreads() > 0);

    /// <summary>Threads of the pool that run something, the caller's own left out.</summary>
    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return Math.Max(0, most - available - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0));
    }
}
