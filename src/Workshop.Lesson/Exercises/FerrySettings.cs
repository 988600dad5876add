namespace Workshop.Lesson.Exercises;

/// <summary>The figures of one departure of the <see cref="Ferry"/>.</summary>
public sealed record FerrySettings
{
    /// <summary>How many crates the lorry brings.</summary>
    public int Crates { get; init; } = 14;

    /// <summary>How many dockers there are.</summary>
    public int Dockers { get; init; } = 2;

    /// <summary>How many crates may stand on the quay; <see langword="null"/>: no limit.</summary>
    public int? QuaySize { get; init; } = 2;

    /// <summary>When the ferry leaves, in milliseconds since the start.</summary>
    public int BoardingTime { get; init; } = 400;

    /// <summary>When a storm closes the harbour, in milliseconds since the start; <see langword="null"/>: the weather is fine.</summary>
    public int? StormAfter { get; init; }

    /// <summary>Decides how long each piece of work takes.</summary>
    public ulong Seed { get; init; } = 1;
}
