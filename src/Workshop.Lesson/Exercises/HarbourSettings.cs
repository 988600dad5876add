namespace Workshop.Lesson.Exercises;

/// <summary>What the <see cref="Harbour"/> is asked to do: each is a program of its own.</summary>
public enum HarbourDuty
{
    /// <summary>A crane unloads a ship, and carts bring the crates into the store.</summary>
    Unload,

    /// <summary>Horn and radio watch, as long as the fog lies.</summary>
    KeepWatch,

    /// <summary>Ships come in, go out and change berths, all with the one pilot and the one tug.</summary>
    MoveShips,
}

/// <summary>The figures of one day in the <see cref="Harbour"/>.</summary>
public sealed record HarbourSettings
{
    /// <summary>Which program is run.</summary>
    public HarbourDuty Duty { get; init; }

    /// <summary>Unloading: how many crates the ship has brought.</summary>
    public int Crates { get; init; } = 8;

    /// <summary>Unloading: how many carts there are.</summary>
    public int Carts { get; init; } = 3;

    /// <summary>Unloading: how many crates may stand on the quay.</summary>
    public int QuaySize { get; init; } = 2;

    /// <summary>Watch: when the fog lifts, in milliseconds since the beginning.</summary>
    public int FogLiftsAfter { get; init; } = 450;

    /// <summary>Ships: when those that come in are ready to be moved, in milliseconds since the beginning, one after the other.</summary>
    public IReadOnlyList<int> ArrivalsAt { get; init; } = [];

    /// <summary>Ships: the same of those that go out.</summary>
    public IReadOnlyList<int> DeparturesAt { get; init; } = [];

    /// <summary>Ships: the same of those that change their berth.</summary>
    public IReadOnlyList<int> BerthChangesAt { get; init; } = [];

    /// <summary>Decides how long each piece of work takes.</summary>
    public ulong Seed { get; init; } = 1;
}
