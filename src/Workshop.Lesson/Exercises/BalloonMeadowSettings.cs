namespace Workshop.Lesson.Exercises;

/// <summary>What the inspectors find on the <see cref="BalloonMeadow"/> on one morning.</summary>
public sealed record BalloonMeadowSettings
{
    /// <summary>The figure that is read at each point of the checklist; the first is point 1.</summary>
    public IReadOnlyList<int> Readings { get; init; } = [18, 64, 41, 27];

    /// <summary>Points that turn out to be faulty.</summary>
    public IReadOnlyList<int> FaultyPoints { get; init; } = [];

    /// <summary>Points whose instrument turns out to be broken when it is put away.</summary>
    public IReadOnlyList<int> BrokenInstruments { get; init; } = [];

    /// <summary>Decides how long each inspection takes.</summary>
    public ulong Seed { get; init; } = 1;
}
