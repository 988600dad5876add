namespace StructuredConcurrency.Conformance;

/// <summary>Every behaviour that structured concurrency must have, and a way to put an implementation through them.</summary>
public static class ConformanceSuite
{
    /// <summary>All behaviours, in the order of their concepts and numbers; those of queues once for each order.</summary>
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        .. GroupCompletion.Behaviours,
        .. GroupErrors.Behaviours,
        .. GroupCancellation.Behaviours,
        .. GroupChildren.Behaviours,
        .. GroupOptionsAndRaces.Behaviours,
        .. NestedGroups.Behaviours,
        .. Context.Behaviours,
        .. TimeoutScopes.Behaviours,
        .. TimeoutScopeDeadlines.Behaviours,
        .. Shields.Behaviours,
        .. Queues.Behaviours,
    ];

    /// <summary>Puts an implementation through behaviours, one after the other.</summary>
    /// <param name="implementation">What is tried.</param>
    /// <param name="floor">Where it runs.</param>
    /// <param name="only">Which behaviours; <see langword="null"/>: all. A rung of an exercise, say: <c>b => b.Id is "1" or "4"</c>.</param>
    public static async Task<ConformanceReport> RunAsync(Implementation implementation, Floor floor, Func<Behaviour, bool>? only = null)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        ArgumentNullException.ThrowIfNull(floor);
        var results = new List<BehaviourResult>();
        foreach (var behaviour in Behaviours.Where(only ?? (_ => true)))
            results.Add(await behaviour.RunAsync(implementation, floor).ConfigureAwait(false));
        return new ConformanceReport(implementation.Name, floor.Name, results);
    }
}
