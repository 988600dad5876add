namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>What may end a wait early: its time, or its token.</summary>
internal sealed class WaitLimit : IDisposable
{
    private readonly ITimer? _timer;
    private readonly CancellationTokenRegistration _registration;

    public WaitLimit(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken, Action timedOut, Action cancelled)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            _timer = clock.CreateTimer(static action => ((Action)action!)(), timedOut, timeout, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.UnsafeRegister(static action => ((Action)action!)(), cancelled);
    }

    /// <summary>Whether a timeout is what every wait of .NET takes: other values are for the original to refuse.</summary>
    public static bool IsValid(TimeSpan timeout) => (long)timeout.TotalMilliseconds is >= -1 and <= uint.MaxValue - 1;

    /// <summary>Whether a timeout is up as soon as it begins: waits count whole milliseconds.</summary>
    public static bool IsZero(TimeSpan timeout) => (long)timeout.TotalMilliseconds == 0;

    public void Dispose()
    {
        _timer?.Dispose();
        _registration.Unregister(); // unlike Dispose, it does not wait for a callback that may be running on another thread
    }
}
