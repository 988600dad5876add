namespace Workshop.Notebooks;

/// <summary>How one cell is run.</summary>
public sealed record CellOptions
{
    /// <summary>How long the cell's code may run (compiling not counted); <c>null</c>, the default, means for ever.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>
    /// How many characters the cell may write to the console; what is beyond is dropped and said so once. The default is one
    /// million: a cell that prints in an endless loop must not fill the memory before it is stopped.
    /// </summary>
    public int OutputLimit { get; init; } = 1_000_000;

    internal static CellOptions Default { get; } = new();
}
