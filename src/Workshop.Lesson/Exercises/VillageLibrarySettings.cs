namespace Workshop.Lesson.Exercises;

/// <summary>What stands in the <see cref="VillageLibrary"/> on the day of its stocktaking.</summary>
public sealed record VillageLibrarySettings
{
    /// <summary>How many books stand on each shelf; the first is shelf 1.</summary>
    public IReadOnlyList<int> Books { get; init; } = [41, 38, 52];

    /// <summary>Decides how long each shelf takes.</summary>
    public ulong Seed { get; init; } = 1;
}
