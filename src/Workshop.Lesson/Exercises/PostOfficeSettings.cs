namespace Workshop.Lesson.Exercises;

/// <summary>The figures of one evening in the <see cref="PostOffice"/>.</summary>
public sealed record PostOfficeSettings
{
    /// <summary>How many parcels come in.</summary>
    public int Parcels { get; init; } = 8;

    /// <summary>How many carriers there are.</summary>
    public int Carriers { get; init; } = 3;

    /// <summary>How many things may lie on the belt; <see langword="null"/>: no limit.</summary>
    public int? BeltLength { get; init; }

    /// <summary>Decides how long each piece of work takes.</summary>
    public ulong Seed { get; init; } = 1;
}
