using System.Diagnostics.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>What every cell can name without a using: <c>display(x)</c>, <c>x.Display()</c> and <c>Cell.CancellationToken</c>.</summary>
[SuppressMessage("Naming", "CA1708", Justification = "Both names are what notebooks already use.")]
public static class CellGlobals
{
    /// <summary>Shows a value below the cell, in every form the value has.</summary>
    /// <param name="value">Anything, <c>null</c> included.</param>
    /// <returns>A handle that can replace the value on show.</returns>
    /// <remarks>Outside a cell (on a thread that no cell started) the value's text goes to the console.</remarks>
    [SuppressMessage("Style", "IDE1006:Naming Styles", Justification = "The name that notebooks already use.")]
    public static DisplayHandle display(object? value) => DisplayHandle.Show(value);

    /// <summary>Shows this value below the cell, in every form the value has; the same as <c>display(value)</c>.</summary>
    /// <returns>A handle that can replace the value on show.</returns>
    public static DisplayHandle Display(this object? value) => DisplayHandle.Show(value);

    /// <summary>The cell that is running this code.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "Cells see the members of this class and nothing else of the engine.")]
    public static class Cell
    {
        /// <summary>
        /// Cancelled when somebody presses Stop or the cell's time limit passes; never cancelled outside a cell.
        /// </summary>
        /// <remarks>
        /// <b>Pitfall.</b> Code that ignores the token is made to end soon after: its next loop or write throws. Pass it on to whatever waits:
        /// <c>await Task.Delay(5_000, Cell.CancellationToken)</c>.
        /// </remarks>
        public static CancellationToken CancellationToken => CellExecution.Current?.Stopping ?? CancellationToken.None;

        /// <summary>Takes away what the cell has given out so far; outside a cell it does nothing.</summary>
        /// <param name="wait">Only when the next output is there to take its place: a picture that changes does not flicker.</param>
        public static void ClearOutput(bool wait = false)
        {
            if (CellExecution.Current is { } cell)
                cell.Give(new CellEvent.Cleared(cell.Number, wait));
        }
    }
}
