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

    /// <summary>
    /// How many characters of all their forms the cell's displays may have together; those beyond are dropped and said so once. The default
    /// is ten million. Updates are not counted: each takes the place of another.
    /// </summary>
    public int DisplayLimit { get; init; } = 10_000_000;

    /// <summary>
    /// Whether the cell takes an execution count of its own, as it does by default. One that a front end runs for itself does not: it
    /// bears the number that the next cell will have.
    /// </summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>
    /// Asks the user for a line when the cell reads from the console; <c>null</c> as an answer means that there is no more. The token is the cell's.
    /// Without it, the default, the cell reads what the process's own console has.
    /// </summary>
    public Func<CancellationToken, Task<string?>>? Input { get; init; }

    internal static CellOptions Default { get; } = new();
}
