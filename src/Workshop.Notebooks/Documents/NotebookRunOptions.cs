namespace Workshop.Notebooks;

/// <summary>How a notebook is run without anybody sitting before it.</summary>
public sealed record NotebookRunOptions
{
    /// <summary>How long each cell may run; <c>null</c>, the default, means for ever.</summary>
    public TimeSpan? CellTimeLimit { get; init; }

    /// <summary>Hears what the cells give out while they run, besides its being stored.</summary>
    public ICellListener? Listener { get; init; }

    /// <summary>Called when a cell begins and when it has ended, for a progress display.</summary>
    public Action<NotebookProgress>? Progress { get; init; }
}

/// <summary>How far a run has come.</summary>
/// <param name="Cell">The cell in question.</param>
/// <param name="CellNumber">Its execution count, from 1.</param>
/// <param name="CellCount">How many cells there are to run.</param>
/// <param name="Outcome">How the cell ended, or <c>null</c>: it begins.</param>
public sealed record NotebookProgress(NotebookCell Cell, int CellNumber, int CellCount, CellOutcome? Outcome);
