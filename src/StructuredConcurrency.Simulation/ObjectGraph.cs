using System.Reflection;

namespace StructuredConcurrency.Simulation;

/// <summary>What objects hold on to, read by reflection.</summary>
internal static class ObjectGraph
{
    /// <summary>All that can be reached, what is near first; a loop, a thread, a log and the ambient data that flows along are reached, but not looked into.</summary>
    /// <param name="roots">Where to begin.</param>
    /// <param name="most">How many objects to look at.</param>
    public static IEnumerable<object> From(IEnumerable<object> roots, int most)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var next = new Queue<object>(roots);
        while (seen.Count < most && next.TryDequeue(out var target))
        {
            if (!seen.Add(target))
                continue;
            yield return target;
            foreach (var inside in Inside(target))
                next.Enqueue(inside);
        }
    }

    private static IEnumerable<object> Inside(object target)
    {
        var type = target.GetType();
        if (target is string or MemberInfo or Thread or ExecutionContext or EventLoop or LoopContext or EventLog || type.IsPrimitive || type.IsPointer)
            return [];
        if (target is Array array)
            return type.GetElementType() is { IsPrimitive: false, IsPointer: false } ? array.Cast<object?>().OfType<object>() : [];
        return AsyncInternals.Fields(type)
            .Where(field => !field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsByRefLike && !field.FieldType.IsEnum)
            .Select(field => field.GetValue(target)).OfType<object>();
    }
}
