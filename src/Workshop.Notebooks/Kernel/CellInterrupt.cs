namespace Workshop.Notebooks;

/// <summary>The Stop button: stops the request that is being served, and nothing when none is.</summary>
internal sealed class CellInterrupt
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _running;

    /// <summary>Serves a request with a token that <see cref="Press"/> cancels, and so does <paramref name="cancellationToken"/>.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> serve, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
            _running = source;
        try
        {
            await serve(source.Token);
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
