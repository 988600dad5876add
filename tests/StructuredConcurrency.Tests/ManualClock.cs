namespace StructuredConcurrency.Tests;

/// <summary>A clock set by hand, whose timers fire when told to: due or not, in whatever order. All of that a real clock may do.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly List<ManualTimer> _armed = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that will still fire, oldest first.</summary>
    public int ArmedTimers => _armed.Count;

    /// <summary>Happens once, when the clock is read next: what another thread may do just then.</summary>
    public Action? WhenRead { get; set; }

    public override long GetTimestamp()
    {
        var now = _now;
        var interruption = WhenRead;
        WhenRead = null;
        interruption?.Invoke();
        return now;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);

    /// <summary>Lets time pass. No timer fires: a timer may always come late.</summary>
    public void Pass(TimeSpan time) => _now += time.Ticks;

    public void FireOldest() => _armed[0].Fire();

    public void FireNewest() => _armed[^1].Fire();

    public void FireAll()
    {
        foreach (var timer in _armed.ToList())
            timer.Fire();
    }

    public void FireDue()
    {
        foreach (var timer in _armed.Where(timer => timer.Due <= _now).ToList())
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = clock._now + dueTime.Ticks;
            clock._armed.Remove(this);
            if (dueTime != Timeout.InfiniteTimeSpan)
                clock._armed.Add(this);
            return true;
        }

        public void Fire()
        {
            if (clock._armed.Remove(this))
                callback(state);
        }

        public void Dispose() => clock._armed.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
