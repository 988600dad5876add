namespace Workshop.Lesson.Exercises;

/// <summary>The figures of one morning in the <see cref="Bakery"/>.</summary>
public sealed record BakerySettings
{
    /// <summary>How many doughs are ordered.</summary>
    public int Doughs { get; init; } = 12;

    /// <summary>How many bakers there are, each with an oven.</summary>
    public int Bakers { get; init; } = 3;

    /// <summary>How many doughs may lie on the table; <see langword="null"/>: no limit.</summary>
    public int? TableSize { get; init; }

    /// <summary>When the fire alarm goes, in milliseconds since the opening.</summary>
    public int AlarmAfter { get; init; } = 150;

    /// <summary>Decides how long each piece of work takes.</summary>
    public ulong Seed { get; init; } = 1;
}
