namespace StructuredConcurrency;

/// <summary>What a child's failure means for its group.</summary>
public enum ChildFailure
{
    /// <summary>The group stops: all others are cancelled.</summary>
    CancelGroup,

    /// <summary>The others go on; every error is still thrown at the end. A failure of the body stops the group all the same. Counterpart: Kotlin's <c>supervisorScope</c>.</summary>
    Isolate,
}

/// <summary>What it means when a child ends with an <see cref="OperationCanceledException"/> although nobody asked it to stop.</summary>
public enum ForeignCancellation
{
    /// <summary>It is an error like any other: the timeout of an HTTP client, say, is such an exception.</summary>
    Fault,

    /// <summary>The child counts as cancelled, and nothing else happens, as in asyncio. Applies to children, not to the body.</summary>
    Ignore,
}

/// <summary>How a <see cref="TaskGroup"/> differs from the default.</summary>
public sealed record TaskGroupOptions
{
    /// <summary>The group's name in messages and logs; by default <c>group</c>, with a number where somebody observes.</summary>
    public string? Name { get; init; }

    /// <summary>What a child's failure means for the group.</summary>
    public ChildFailure OnChildFailure { get; init; }

    /// <summary>What a cancellation means that nobody asked for.</summary>
    public ForeignCancellation OnForeignCancellation { get; init; }

    /// <summary>
    /// Most children that run at the same time, at least 1; <see langword="null"/>: no limit. <c>Start</c> never waits: a child that finds no place counts as active
    /// and begins when it is its turn, in the order of the starts.
    /// </summary>
    /// <remarks><b>Pitfall.</b> A child that awaits a sibling keeps its place meanwhile; if the sibling waits for a place, both wait for ever.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int? MaxConcurrency
    {
        get;
        init
        {
            if (value is { } limit)
                ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(value));
            field = value;
        }
    }

    /// <summary>The clock of the group's log; by default the event loop's where there is one, else the system's.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>
    /// How long after a request to stop the log names the children that have not ended: at most 49 days, which timers reach;
    /// <see cref="Timeout.InfiniteTimeSpan"/>: never. Default: 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 49 days.</exception>
    public TimeSpan StragglerDelay
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(49), nameof(value));
            }

            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>Who hears the group's story; by default whoever observes the code that opens the group. Ignored where somebody does.</summary>
    public IScopeObserver? Observer { get; init; }
}
