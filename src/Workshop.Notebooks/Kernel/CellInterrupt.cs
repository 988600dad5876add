namespace Workshop.Notebooks;

/// <summary>The Stop button: stops the cell that is running, and nothing when none is.</summary>
internal sealed class CellInterrupt
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _running;

    /// <summary>Runs <paramref name="cells"/> with a token that <see cref="Press"/> cancels.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> cells)
    {
        using var source = new CancellationTokenSource();
        lock (_lock)
            _running = source;
        try
        {
            return await cells(source.Token);
        }
        finally
        {
            lock (_lock)
                _running = null;
        }
    }

    public void Press()
    {
        lock (_lock)
        {
            // Its callbacks must not run under the lock, nor on the thread that reads the control channel.
            _ = _running?.CancelAsync();
        }
    }
}
