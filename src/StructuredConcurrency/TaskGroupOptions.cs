namespace StructuredConcurrency;

/// <summary>How a <see cref="TaskGroup"/> differs from the default.</summary>
public sealed record TaskGroupOptions
{
    /// <summary>The group's name in messages and logs; by default <c>group</c>, with a number where somebody observes.</summary>
    public string? Name { get; init; }

    /// <summary>The clock of the group's log; by default the event loop's where there is one, else the system's.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>Who hears the group's story; by default whoever observes the code that opens the group. Ignored where somebody does.</summary>
    public IScopeObserver? Observer { get; init; }
}
