using System.Reflection;

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
    public static IReadOnlyList<Task> ThatComplete(Task completed, IEnumerable<object> from)
    {
        var found = new List<Task>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var next = new Queue<object>(from);
        while (next.TryDequeue(out var target) && seen.Count < MostObjects)
        {
            if (!seen.Add(target))
                continue;
            if (target is Task { IsCompleted: false } task && AsyncInternals.Field(task, "m_continuationObject") is { } continuation
                && (ReferenceEquals(continuation, completed) || (continuation is IEnumerable<object?> several && several.Contains(completed))))
                found.Add(task);
            foreach (var inside in Inside(target))
                next.Enqueue(inside);
        }

        return [.. found.OrderBy(task => AwaitChain.From(task).Own?.Line?.Line ?? 0)]; // the order found is the heap's
    }

    private static IEnumerable<object> Inside(object target)
    {
        var type = target.GetType();
        if (target is string or MemberInfo or Thread or ExecutionContext or EventLoop or LoopContext or EventLog || type.IsPrimitive || type.IsPointer)
            return [];
        if (target is Array array)
            return type.GetElementType()!.IsPrimitive ? [] : array.Cast<object?>().OfType<object>();
        return AsyncInternals.Fields(type)
            .Where(field => !field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsByRefLike && !field.FieldType.IsEnum)
            .Select(field => field.GetValue(target)).OfType<object>();
    }
}
