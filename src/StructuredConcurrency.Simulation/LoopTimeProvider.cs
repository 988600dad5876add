namespace StructuredConcurrency.Simulation;

/// <summary>The loop's clock. Virtual time starts on 1 January 2000, in UTC.</summary>
internal sealed class LoopTimeProvider(EventLoop loop) : TimeProvider
{
    private static readonly DateTimeOffset s_virtualStart = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset _start = loop.Clock == LoopClock.Virtual ? s_virtualStart : DateTimeOffset.UtcNow;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(loop.Now);

    public override long GetTimestamp() => loop.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LoopTimer(loop, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}

internal sealed class LoopTimer(EventLoop loop, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _executionContext = ExecutionContext.Capture();
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private int _version;
    private bool _disposed;

    /// <summary>Which setting of the timer a place in the loop's queue belongs to: changing or stopping a timer outdates the others.</summary>
    public int Version => Volatile.Read(ref _version);

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;
        _period = period;
        var version = Interlocked.Increment(ref _version);
        if (dueTime != Timeout.InfiniteTimeSpan)
            loop.AddTimer(this, version, dueTime);
        return true;
    }

    /// <summary>Runs the callback, as a step of the loop.</summary>
    public void Fire(int version)
    {
        if (version != Version)
            return;
        if (_period > TimeSpan.Zero)
            loop.AddTimer(this, version, _period);
        if (_executionContext is null)
            callback(state);
        else
            ExecutionContext.Run(_executionContext, new ContextCallback(callback), state);
    }

    public void Dispose()
    {
        _disposed = true;
        Interlocked.Increment(ref _version);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
