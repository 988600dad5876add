namespace StructuredConcurrency.Conformance;

/// <summary>A clock set by hand: time passes only when told to, and timers may come when they should or, as real ones do, at another moment.</summary>
internal sealed class ManualClock : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;
    private TimeSpan _wallClockError;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public int TimerCount
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return s_start + _now + _wallClockError;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass: timers come exactly when due, and of those due together the newest first, so that nobody can rely on their order.</summary>
    public void Advance(TimeSpan time)
    {
        TimeSpan target;
        lock (_gate)
            target = _now + time;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= target).OrderBy(timer => timer.Due).ThenByDescending(_timers.IndexOf).FirstOrDefault();
                _now = next?.Due > _now ? next.Due.Value : next is null ? target : _now;
            }

            if (next is null)
                return;
            next.Fire();
        }
    }

    /// <summary>Lets time pass while every timer is late.</summary>
    public void AdvanceWithoutTimers(TimeSpan time)
    {
        lock (_gate)
            _now += time;
    }

    /// <summary>Calls the newest timer back, due or not.</summary>
    public void FireNewest()
    {
        ManualTimer? newest;
        lock (_gate)
            newest = _timers.FindLast(timer => timer.Due is not null);
        newest?.Fire();
    }

    /// <summary>Sets the wall clock, which no timeout may notice.</summary>
    public void ShiftWallClock(TimeSpan by)
    {
        lock (_gate)
            _wallClockError += by;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();

        public TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // As the runtime's own timers, so that very long deadlines are tried as they really are.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime, s_longestTimer);
            lock (clock._gate)
            {
                if (!clock._timers.Contains(this))
                    return false;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                return true;
            }
        }

        public void Fire()
        {
            lock (clock._gate)
                Due = null;
            if (_context is null)
                callback(state);
            else
                ExecutionContext.Run(_context, new ContextCallback(callback), state);
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                Due = null;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
