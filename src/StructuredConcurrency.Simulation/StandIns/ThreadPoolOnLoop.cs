using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for queuing work to the thread pool: each piece becomes a task of the loop.</summary>
[StandsFor(typeof(ThreadPool)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ThreadPoolOnLoop
{
    private const string Name = "queued work";

    public static bool QueueUserWorkItem(WaitCallback callBack) => QueueUserWorkItem(callBack, null);

    public static bool QueueUserWorkItem(WaitCallback callBack, object? state)
    {
        if (EventLoop.Current is not { } loop || callBack is null)
            return ThreadPool.QueueUserWorkItem(callBack!, state);
        loop.Launch(Name, () => callBack(state));
        return true;
    }

    public static bool QueueUserWorkItem<TState>(Action<TState> callBack, TState state, bool preferLocal)
    {
        if (EventLoop.Current is not { } loop || callBack is null)
            return ThreadPool.QueueUserWorkItem(callBack!, state, preferLocal);
        loop.Launch(Name, () => callBack(state));
        return true;
    }

    public static bool UnsafeQueueUserWorkItem(WaitCallback callBack, object? state) =>
        EventLoop.Current is null || callBack is null ? ThreadPool.UnsafeQueueUserWorkItem(callBack!, state) : WithoutFlow(() => QueueUserWorkItem(callBack, state));

    public static bool UnsafeQueueUserWorkItem<TState>(Action<TState> callBack, TState state, bool preferLocal) =>
        EventLoop.Current is null || callBack is null
            ? ThreadPool.UnsafeQueueUserWorkItem(callBack!, state, preferLocal)
            : WithoutFlow(() => QueueUserWorkItem(callBack, state, preferLocal));

    public static bool UnsafeQueueUserWorkItem(IThreadPoolWorkItem callBack, bool preferLocal) => EventLoop.Current is null || callBack is null or Task
        ? ThreadPool.UnsafeQueueUserWorkItem(callBack!, preferLocal)
        : WithoutFlow(() => QueueUserWorkItem(static item => item.Execute(), callBack, preferLocal));

    private static bool WithoutFlow(Func<bool> queue)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return queue();
        using (ExecutionContext.SuppressFlow())
            return queue();
    }
}
