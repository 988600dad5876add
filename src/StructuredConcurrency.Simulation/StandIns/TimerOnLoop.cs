using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the system's timer: on the loop its callback is a step of the loop's clock.</summary>
[StandsFor(typeof(Timer), Entirely = true), EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TimerOnLoop : MarshalByRefObject, ITimer
{
    private readonly ITimer _timer;

    public TimerOnLoop(TimerCallback callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _timer = TimeProviderOnLoop.System.CreateTimer(callback, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimerOnLoop(TimerCallback callback, object? state, int dueTime, int period)
        : this(callback, state, (long)dueTime, period)
    {
    }

    public TimerOnLoop(TimerCallback callback, object? state, uint dueTime, uint period)
        : this(callback, state, Span(dueTime), Span(period))
    {
    }

    public TimerOnLoop(TimerCallback callback, object? state, long dueTime, long period)
        : this(callback, state, Span(dueTime, nameof(dueTime)), Span(period, nameof(period)))
    {
    }

    public TimerOnLoop(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        _timer = TimeProviderOnLoop.System.CreateTimer(callback, state, dueTime, period);
    }

    public static long ActiveCount => Timer.ActiveCount;

    public bool Change(int dueTime, int period) => Change((long)dueTime, period);

    public bool Change(uint dueTime, uint period) => Change(Span(dueTime), Span(period));

    public bool Change(long dueTime, long period) => Change(Span(dueTime, nameof(dueTime)), Span(period, nameof(period)));

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        return _timer.Change(dueTime, period);
    }

    public bool Dispose(WaitHandle notifyObject)
    {
        ArgumentNullException.ThrowIfNull(notifyObject);
        if (_timer is Timer systems)
            return systems.Dispose(notifyObject);
        _timer.Dispose();
        return notifyObject is EventWaitHandle handle && handle.Set();
    }

    public void Dispose() => _timer.Dispose();

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private static TimeSpan Span(uint milliseconds) => milliseconds == uint.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);

    private static TimeSpan Span(long milliseconds, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, uint.MaxValue - 1, name);
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private static void Check(TimeSpan time, string name) => Span((long)time.TotalMilliseconds, name);
}
