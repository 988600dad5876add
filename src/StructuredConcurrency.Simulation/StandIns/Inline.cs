namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Continues in the very step that completes a task: no further step, and never the thread pool.</summary>
/// <remarks>
/// The runtime hands the continuations of a task that runs them asynchronously to the pool, unless they were registered on a context. So this
/// registers them on one that runs what is posted to it at once.
/// </remarks>
internal static class Inline
{
    private static readonly AtOnce s_atOnce = new();

    /// <summary>Runs an action when a task has ended; at once when it has already.</summary>
    public static void Then(Task task, Action action)
    {
        if (task.IsCompleted)
        {
            action();
            return;
        }

        var callers = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(s_atOnce);
        try
        {
            task.ConfigureAwait(true).GetAwaiter().UnsafeOnCompleted(action);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }

    private sealed class AtOnce : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            // Another thread has ended the task meanwhile: this context is still in place, and the action must not see it.
            if (Current == this)
                SetSynchronizationContext(null);
            d(state);
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
