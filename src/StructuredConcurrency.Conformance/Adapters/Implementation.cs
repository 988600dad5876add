namespace StructuredConcurrency.Conformance;

/// <summary>What is put through the suite: an adapter for each concept that the implementation has.</summary>
/// <example><code>
/// var mine = new Implementation("mine") { TaskGroups = new MyGroupsAdapter() };
/// var report = await ConformanceSuite.RunAsync(mine, Floor.ThreadPool);
/// Console.WriteLine(report.ToTable());
/// </code></example>
/// <param name="Name">Its name in reports.</param>
public sealed record Implementation(string Name)
{
    /// <summary>This repository's own library.</summary>
    public static Implementation Library { get; } = new("StructuredConcurrency")
    {
        TaskGroups = new LibraryTaskGroups(),
        TimeoutScopes = new LibraryTimeoutScopes(),
        Shields = new LibraryShields(),
        Queues = new LibraryQueues(),
    };

    /// <summary>Its task groups; <see langword="null"/>: it has none.</summary>
    public ITaskGroups? TaskGroups { get; init; }

    /// <summary>Its timeout scopes; <see langword="null"/>: it has none.</summary>
    public ITimeoutScopes? TimeoutScopes { get; init; }

    /// <summary>Its shields; <see langword="null"/>: it has none.</summary>
    public IShields? Shields { get; init; }

    /// <summary>Its queues; <see langword="null"/>: it has none.</summary>
    public IJoinableQueues? Queues { get; init; }
}
