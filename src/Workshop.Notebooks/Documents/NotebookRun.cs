namespace Workshop.Notebooks;

/// <summary>What came of running a notebook.</summary>
/// <param name="Executed">The notebook with its new outputs; cells that were not reached have none.</param>
/// <param name="Failure">How the cell ended at which the run stopped, or <c>null</c>: all cells ran.</param>
public sealed record NotebookRun(NotebookDocument Executed, CellOutcome? Failure)
{
    /// <summary>Whether all cells ran to their end, save those tagged <c>raises-exception</c>.</summary>
    public bool Succeeded => Failure is null;
}
