namespace Workshop.Notebooks;

/// <summary>How a cell ended.</summary>
/// <param name="CellNumber">The cell's execution count, from 1.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Error">Why it did not succeed; <c>null</c> exactly when <paramref name="Status"/> is succeeded.</param>
/// <param name="Abandoned">
/// Whether something the cell began could not be ended and is left behind. It can no longer write anything; the session goes on.
/// </param>
public sealed record CellOutcome(int CellNumber, CellStatus Status, CellError? Error = null, bool Abandoned = false)
{
    /// <summary>Whether the cell ran to its end.</summary>
    public bool Succeeded => Status == CellStatus.Succeeded;
}

/// <summary>The ways in which a cell ends.</summary>
public enum CellStatus
{
    /// <summary>It ran to its end.</summary>
    Succeeded,

    /// <summary>It did not compile, so nothing of it ran.</summary>
    NotCompiled,

    /// <summary>It threw.</summary>
    Threw,

    /// <summary>It was stopped from outside.</summary>
    Stopped,

    /// <summary>It ran longer than <see cref="CellOptions.TimeLimit"/> and was stopped.</summary>
    TimedOut,
}
