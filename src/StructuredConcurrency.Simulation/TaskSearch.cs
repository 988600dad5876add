namespace StructuredConcurrency.Simulation;

/// <summary>
/// Finds async methods that have stopped, starting from the variables of one that waits for them: <c>Task.WhenAll</c> does not remember its tasks, but
/// whatever they wait for (a semaphore, a channel) remembers them.
/// </summary>
internal static class TaskSearch
{
    private const int MostObjects = 3_000;

    /// <summary>The tasks that complete another one when they end, in the order of their lines.</summary>
    /// <param name="completed">The task that waits for them.</param>
    /// <param name="from">Where to begin.</param>
    public static IReadOnlyList<Task> ThatComplete(Task completed, IEnumerable<object> from) =>
        [.. ObjectGraph.From(from, MostObjects).OfType<Task>().Where(task => Completes(task, completed))
            .OrderBy(task => AwaitChain.From(task).Own?.Line?.Line ?? 0)]; // the order found is the heap's

    private static bool Completes(Task task, Task completed) =>
        !task.IsCompleted && AsyncInternals.Field(task, "m_continuationObject") is { } continuation
        && (ReferenceEquals(continuation, completed) || (continuation is IEnumerable<object?> several && several.Contains(completed)));
}
