namespace Workshop.Notebooks;

/// <summary>Receives what cells give out, as it happens: text, displays, results, errors.</summary>
/// <remarks>
/// A Jupyter kernel and a headless run are two listeners on the same <see cref="CSharpSession"/>. Events arrive one at a
/// time and in order, on a thread of the session and never on the cell's own: a cell that is interrupted cannot leave a
/// listener half way through a message. A task that outlives its cell keeps reporting to the listener of that cell.
/// <para><b>Pitfall.</b> All cells of a session wait for a slow listener: hand long work to a queue of your own.</para>
/// </remarks>
public interface ICellListener
{
    /// <summary>Takes one event. An exception thrown here comes out of the <c>RunAsync</c> whose cell gave the event.</summary>
    void OnCellEvent(CellEvent cellEvent);

    /// <summary>A listener that calls <paramref name="action"/> for every event.</summary>
    static ICellListener Calling(Action<CellEvent> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return new CallingListener(action);
    }

    private sealed class CallingListener(Action<CellEvent> action) : ICellListener
    {
        public void OnCellEvent(CellEvent cellEvent) => action(cellEvent);
    }
}
