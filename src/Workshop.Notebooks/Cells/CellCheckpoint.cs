using System.ComponentModel;

namespace Workshop.Notebooks;

/// <summary>Where a loop in a cell can be ended: the engine compiles a call of <see cref="Pass"/> into every loop.</summary>
/// <remarks>
/// The runtime's own way to end a thread (<c>ControlledExecution</c>) is not used. Measured on Linux with .NET 10: it ends the whole
/// process where a loop calls anything, most times out of ten, and leaves locks held for ever. An exception at a checkpoint is an
/// ordinary one: <c>finally</c> blocks run, locks are released, and it works on every thread that a cell uses.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellCheckpoint
{
    // How many cells are being ended. Asking which cell this thread belongs to costs some nanoseconds, so it is asked only then.
    private static int s_ending;

    /// <summary>Does nothing, unless the cell that is running this code has been stopped and did not heed its token.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped.</exception>
    public static void Pass()
    {
        if (Volatile.Read(ref s_ending) > 0)
            CellExecution.Current?.ThrowIfClosed();
    }

    internal static void BeginEnding() => Interlocked.Increment(ref s_ending);

    internal static void FinishEnding() => Interlocked.Decrement(ref s_ending);
}
