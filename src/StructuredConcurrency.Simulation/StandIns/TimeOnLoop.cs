using System.ComponentModel;
using System.Globalization;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for the system's clock.</summary>
[StandsFor(typeof(TimeProvider)), EditorBrowsable(EditorBrowsableState.Never)]
public static class TimeProviderOnLoop
{
    public static TimeProvider System => EventLoop.Current?.TimeProvider ?? TimeProvider.System;
}

/// <summary>Stands in for the system's date and time.</summary>
[StandsFor(typeof(DateTime)), EditorBrowsable(EditorBrowsableState.Never)]
public static class DateTimeOnLoop
{
    public static DateTime Now => EventLoop.Current is { } loop ? DateTime.SpecifyKind(loop.TimeProvider.GetLocalNow().DateTime, DateTimeKind.Local) : DateTime.Now;

    public static DateTime UtcNow => EventLoop.Current is { } loop ? loop.TimeProvider.GetUtcNow().UtcDateTime : DateTime.UtcNow;

    public static DateTime Today => Now.Date;
}

/// <summary>Stands in for the system's date and time.</summary>
[StandsFor(typeof(DateTimeOffset)), EditorBrowsable(EditorBrowsableState.Never)]
public static class DateTimeOffsetOnLoop
{
    public static DateTimeOffset Now => EventLoop.Current is { } loop ? loop.TimeProvider.GetLocalNow() : DateTimeOffset.Now;

    public static DateTimeOffset UtcNow => EventLoop.Current is { } loop ? loop.TimeProvider.GetUtcNow() : DateTimeOffset.UtcNow;
}

/// <summary>Stands in for what the machine and the moment say.</summary>
[StandsFor(typeof(Environment)), EditorBrowsable(EditorBrowsableState.Never)]
public static class EnvironmentOnLoop
{
    // Any number would do; the same on every machine.
    private const int Processors = 4;

    public static long TickCount64 => EventLoop.Current is { } loop ? loop.Now / TimeSpan.TicksPerMillisecond : Environment.TickCount64;

    public static int TickCount => EventLoop.Current is null ? Environment.TickCount : unchecked((int)TickCount64);

    public static int ProcessorCount => EventLoop.Current is null ? Environment.ProcessorCount : Processors;
}

/// <summary>Stands in for the system's stopwatch: it measures on the loop's clock.</summary>
/// <remarks>A stopwatch stays on the clock on which it was made.</remarks>
[StandsFor(typeof(global::System.Diagnostics.Stopwatch), Entirely = true), EditorBrowsable(EditorBrowsableState.Never)]
public class StopwatchOnLoop : global::System.Diagnostics.Stopwatch
{
    public static new readonly long Frequency = global::System.Diagnostics.Stopwatch.Frequency;
    public static new readonly bool IsHighResolution = global::System.Diagnostics.Stopwatch.IsHighResolution;

    private readonly TimeProvider _clock = TimeProviderOnLoop.System;
    private TimeSpan _before;
    private long _started;

    public new bool IsRunning { get; private set; }

    public new TimeSpan Elapsed => IsRunning ? _before + _clock.GetElapsedTime(_started) : _before;

    public new long ElapsedMilliseconds => Elapsed.Ticks / TimeSpan.TicksPerMillisecond;

    public new long ElapsedTicks => ToStopwatchTicks(Elapsed.Ticks);

    public static new StopwatchOnLoop StartNew()
    {
        var stopwatch = new StopwatchOnLoop();
        stopwatch.Start();
        return stopwatch;
    }

    public static new long GetTimestamp() => EventLoop.Current is { } loop ? ToStopwatchTicks(loop.Now) : global::System.Diagnostics.Stopwatch.GetTimestamp();

    public static new TimeSpan GetElapsedTime(long startingTimestamp) => GetElapsedTime(startingTimestamp, GetTimestamp());

    public static new TimeSpan GetElapsedTime(long startingTimestamp, long endingTimestamp) =>
        global::System.Diagnostics.Stopwatch.GetElapsedTime(startingTimestamp, endingTimestamp);

    public new void Start()
    {
        if (IsRunning)
            return;
        _started = _clock.GetTimestamp();
        IsRunning = true;
    }

    public new void Stop()
    {
        _before = Elapsed;
        IsRunning = false;
    }

    public new void Reset()
    {
        _before = TimeSpan.Zero;
        IsRunning = false;
    }

    public new void Restart()
    {
        Reset();
        Start();
    }

    public override string ToString() => Elapsed.ToString(null, CultureInfo.CurrentCulture);

    private static long ToStopwatchTicks(long ticks) => (long)((Int128)ticks * Frequency / TimeSpan.TicksPerSecond);
}
