namespace Workshop.Notebooks;

/// <summary>Something a cell gave out while it ran, or that a task it started gave out later.</summary>
/// <param name="CellNumber">Which cell: its execution count, from 1.</param>
public abstract record CellEvent(int CellNumber)
{
    /// <summary>Text written to the console.</summary>
    /// <param name="CellNumber">Which cell: its execution count, from 1.</param>
    /// <param name="Stream">Which of the two console streams.</param>
    /// <param name="Text">One or more writes, joined; not necessarily whole lines.</param>
    public sealed record Wrote(int CellNumber, ConsoleStream Stream, string Text) : CellEvent(CellNumber);

    /// <summary>A value was shown with <c>display(x)</c> or <c>x.Display()</c>.</summary>
    /// <param name="CellNumber">Which cell: its execution count, from 1.</param>
    /// <param name="DisplayId">What a later <see cref="DisplayUpdated"/> refers to; unique among all sessions.</param>
    /// <param name="Data">The value in every form it has.</param>
    public sealed record Displayed(int CellNumber, string DisplayId, MimeBundle Data) : CellEvent(CellNumber);

    /// <summary>A value that is already on show was replaced, with <see cref="DisplayHandle.Update"/>.</summary>
    /// <param name="CellNumber">The cell that updates, which need not be the one that displayed.</param>
    /// <param name="DisplayId">Which display.</param>
    /// <param name="Data">The new value in every form it has.</param>
    public sealed record DisplayUpdated(int CellNumber, string DisplayId, MimeBundle Data) : CellEvent(CellNumber);

    /// <summary>What the cell has given out so far is to be taken away, with <see cref="CellGlobals.Cell.ClearOutput"/>.</summary>
    /// <param name="CellNumber">Which cell: its execution count, from 1.</param>
    /// <param name="WaitsForNext">Only when the next output is there to take its place.</param>
    public sealed record Cleared(int CellNumber, bool WaitsForNext) : CellEvent(CellNumber);

    /// <summary>The cell's trailing expression, or what it returned.</summary>
    /// <param name="CellNumber">Which cell: its execution count, from 1.</param>
    /// <param name="Data">The value in every form it has.</param>
    public sealed record Returned(int CellNumber, MimeBundle Data) : CellEvent(CellNumber);

    /// <summary>The cell did not compile, threw, was stopped, or ran out of time.</summary>
    /// <param name="CellNumber">Which cell: its execution count, from 1.</param>
    /// <param name="Error">What happened and where.</param>
    public sealed record Failed(int CellNumber, CellError Error) : CellEvent(CellNumber);
}

/// <summary>One of the console's two output streams.</summary>
public enum ConsoleStream
{
    /// <summary>Standard output.</summary>
    Out,

    /// <summary>Standard error.</summary>
    Error,
}
