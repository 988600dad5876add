namespace Workshop.Lesson.Exercises;

/// <summary>The figures of one morning in the <see cref="PrintShop"/>.</summary>
public sealed record PrintShopSettings
{
    /// <summary>How many orders come in.</summary>
    public int Orders { get; init; } = 8;

    /// <summary>How many presses there are.</summary>
    public int Presses { get; init; } = 3;

    /// <summary>How many orders may lie in the tray; <see langword="null"/>: no limit.</summary>
    public int? TraySize { get; init; }

    /// <summary>Numbers of the orders that cannot be printed.</summary>
    public IReadOnlyList<int> BrokenOrders { get; init; } = [];

    /// <summary>Decides how long each piece of work takes.</summary>
    public ulong Seed { get; init; } = 1;
}
