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

    /// <exception cref="ArgumentOutOfRangeException">A time is negative or longer than 49.7 days, as on the system's clock.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LoopTimer(loop, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}

internal sealed class LoopTimer(EventLoop loop, TimerCallback callback, object? state) : ITimer
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly ExecutionContext? _executionContext = ExecutionContext.Capture();
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private int _version;
    private int _readyVersion = -1;
    private bool _disposed;

    public EventLoop Loop => loop;

    /// <summary>What the callback is given: for reports, whom it wakes.</summary>
    public object? State => state;

    /// <summary>Which setting of the timer a place in the loop's queue belongs to: changing or stopping a timer outdates the others.</summary>
    public int Version => Volatile.Read(ref _version);

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        CheckTime(dueTime, nameof(dueTime));
        CheckTime(period, nameof(period));
        if (_disposed)
            return false;
        _period = period;
        var version = Interlocked.Increment(ref _version);
        if (dueTime != Timeout.InfiniteTimeSpan)
            loop.AddTimer(this, version, dueTime);
        return true;
    }

    /// <summary>It is due, and may fire unless it is changed or stopped first.</summary>
    public void BecomeReady(int version) => _readyVersion = version;

    /// <summary>Runs the callback, as a step of the loop.</summary>
    public void Fire()
    {
        var version = _readyVersion;
        if (version != Version)
            return;
        _readyVersion = -1; // ready twice, it fires once
        if (_period > TimeSpan.Zero)
            loop.AddTimer(this, version, _period);
        if (_executionContext is null)
            callback(state);
        else
            ExecutionContext.Run(_executionContext, static timer => ((LoopTimer)timer!).Call(), this);
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

    private void Call() => callback(state);

    private static void CheckTime(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Timeout.InfiniteTimeSpan, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, s_longest, name);
    }
}
