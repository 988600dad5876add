namespace Workshop.Notebooks;

/// <summary>What a <see cref="CSharpSession"/> needs to know when it starts.</summary>
public sealed record SessionOptions
{
    /// <summary>
    /// The folder that <c>#r "path.dll"</c> and <c>#load "path.csx"</c> start from: the notebook's. The default is the process's
    /// current folder at the time the session is made. The process's current folder is never changed.
    /// </summary>
    public string BaseDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>
    /// How long a cell that is being stopped may take to end by itself, once <see cref="CellGlobals.Cell.CancellationToken"/> is
    /// cancelled, before its thread is ended by force. The default is 200 ms.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long the session waits for a thread to end by force before it leaves the thread behind. The default is 200 ms.
    /// </summary>
    public TimeSpan AbandonAfter { get; init; } = TimeSpan.FromMilliseconds(200);
}
