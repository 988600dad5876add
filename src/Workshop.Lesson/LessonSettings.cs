namespace Workshop.Lesson;

/// <summary>The figures of a lesson run. The defaults end with <c>TIMEOUT 29 28 0.800</c>.</summary>
public sealed record LessonSettings
{
    /// <summary>The seed of the default run.</summary>
    public const ulong DefaultSeed = 176230;

    /// <summary>When the whole program must have ended.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(0.8);

    /// <summary>How many items the producer makes.</summary>
    public int Items { get; init; } = 60;

    /// <summary>How many consumers share the work.</summary>
    public int Consumers { get; init; } = 3;

    /// <summary>How many items may wait in the queue.</summary>
    public int Capacity { get; init; } = 4;

    /// <summary>Decides how long each piece of work takes.</summary>
    public ulong Seed { get; init; } = DefaultSeed;
}
