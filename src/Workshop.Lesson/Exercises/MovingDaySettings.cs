namespace Workshop.Lesson.Exercises;

/// <summary>The figures of one <see cref="MovingDay"/>.</summary>
public sealed record MovingDaySettings
{
    /// <summary>How many boxes each room fills; the first is room 1.</summary>
    public IReadOnlyList<int> Boxes { get; init; } = [12, 7, 19];

    /// <summary>Rooms in which something breaks while they are packed.</summary>
    public IReadOnlyList<int> DamagedRooms { get; init; } = [];

    /// <summary>Rooms whose packer drops something when stopped.</summary>
    public IReadOnlyList<int> DroppedArmfuls { get; init; } = [];

    /// <summary>How long the piano takes, in milliseconds.</summary>
    public int PianoTakes { get; init; } = 130;

    /// <summary>Whether the piano falls at the end of that time.</summary>
    public bool PianoFalls { get; init; }

    /// <summary>When the customer calls it off, in milliseconds since the start; <see langword="null"/>: never.</summary>
    public int? CalledOffAfter { get; init; }

    /// <summary>Decides how long each room takes.</summary>
    public ulong Seed { get; init; } = 1;
}
