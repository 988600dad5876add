namespace Workshop.Lesson.Exercises;

/// <summary>The figures of the bird club's web site, and of one walk through it. Pages are numbered from 0, the page that everything begins with.</summary>
public sealed record ClubSiteSettings
{
    /// <summary>How many pages the club's pages lead to, the first of them included: also those that are missing or fail.</summary>
    public int Pages { get; init; } = 16;

    /// <summary>How many requests the server bears at a time.</summary>
    public int MostAtOnce { get; init; } = 4;

    /// <summary>How often a page may be asked for before it is given up.</summary>
    public int MostTries { get; init; } = 3;

    /// <summary>When the server is switched off, in milliseconds since the beginning.</summary>
    public int Deadline { get; init; } = 60_000;

    /// <summary>When the caller changes his mind, in milliseconds since the beginning; <see langword="null"/>: never.</summary>
    public int? CallerStopsAfter { get; init; }

    /// <summary>Pages that others lead to and that are not there: 404.</summary>
    public IReadOnlyList<int> Missing { get; init; } = [];

    /// <summary>Pages that are busy when they are asked for the first time: 503, come back in a second.</summary>
    public IReadOnlyList<int> Busy { get; init; } = [];

    /// <summary>Pages in the middle of which the server hangs up the first time.</summary>
    public IReadOnlyList<int> Dropping { get; init; } = [];

    /// <summary>Pages in the middle of which the server hangs up the first time, and that are busy the second time.</summary>
    public IReadOnlyList<int> Moody { get; init; } = [];

    /// <summary>Pages in the middle of which the server always hangs up.</summary>
    public IReadOnlyList<int> Torn { get; init; } = [];

    /// <summary>Pages that are always busy.</summary>
    public IReadOnlyList<int> Dead { get; init; } = [];

    /// <summary>Pages that take three seconds to arrive.</summary>
    public IReadOnlyList<int> Slow { get; init; } = [];

    /// <summary>Decides which page leads to which, and how long each takes.</summary>
    public ulong Seed { get; init; } = 1;
}
