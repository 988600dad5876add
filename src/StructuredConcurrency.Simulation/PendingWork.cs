using System.Reflection;

namespace StructuredConcurrency.Simulation;

/// <summary>
/// What the process has yet to do outside the loop, whoever wants it done: the timers of the system's clock, and what is queued to the thread pool. Whose it is
/// shows in what it holds on to. Those are the runtime's own objects, read by reflection; where they are not as expected, anything may be the program's.
/// </summary>
internal static class PendingWork
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // What comes back to a loop holds its context, or awaits what does: near by. Farther away lies whatever else the process does: a compiler, a cache.
    private const int MostObjects = 10_000;

    /// <summary>Whether some of what is queued to the thread pool may come back to a loop.</summary>
    public static bool OnThePoolMayBeOf(EventLoop loop) => MayBeOf(loop, Queued);

    /// <summary>Whether some of it may come back to a loop.</summary>
    public static bool MayBeOf(EventLoop loop) => MayBeOf(loop, () => [.. Queued(), .. Timers()]);

    private static bool MayBeOf(EventLoop loop, Func<IEnumerable<object>> pending)
    {
        try
        {
            return ObjectGraph.From(pending(), MostObjects).Any(target => target == loop || (target as LoopContext)?.Loop == loop);
        }
        catch (Exception)
        {
            return true; // internals that are not as expected
        }
    }

    private static IEnumerable<object> Queued() =>
        [StaticField(typeof(ThreadPool), "s_workQueue"), StaticField(Runtime("System.Threading.ThreadPoolWorkQueue+WorkStealingQueueList"), "s_queues")];

    private static List<object> Timers()
    {
        var timers = new List<object>();
        foreach (var queue in (object[])StaticField(Runtime("System.Threading.TimerQueue"), "<Instances>k__BackingField"))
        {
            lock ((Lock)AsyncInternals.Field(queue, "<SharedLock>k__BackingField")!)
            {
                for (var timer = AsyncInternals.Field(queue, "_shortTimers"); timer is not null; timer = AsyncInternals.Field(timer, "_next"))
                    timers.Add(timer);
                for (var timer = AsyncInternals.Field(queue, "_longTimers"); timer is not null; timer = AsyncInternals.Field(timer, "_next"))
                    timers.Add(timer);
            }
        }

        return timers;
    }

    private static Type Runtime(string name) => typeof(ThreadPool).Assembly.GetType(name, throwOnError: true)!;

    private static object StaticField(Type type, string name) =>
        type.GetField(name, Static)?.GetValue(null) ?? throw new MissingFieldException(type.FullName, name);
}
