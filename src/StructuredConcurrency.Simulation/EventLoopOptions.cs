using System.Reflection;

namespace StructuredConcurrency.Simulation;

/// <summary>Which clock a loop runs on.</summary>
public enum LoopClock
{
    /// <summary>Time stands still while code runs and jumps to the next timer when all wait: an hour of delays takes a moment.</summary>
    Virtual,

    /// <summary>Real time.</summary>
    System,
}

/// <summary>How an <see cref="EventLoop"/> runs a program.</summary>
public sealed record EventLoopOptions
{
    internal static readonly TimeSpan LongestJitter = TimeSpan.FromTicks(int.MaxValue - 1);

    /// <summary>Drives the timer jitter, and the random picker where the picker is made from it. One seed, one run.</summary>
    public ulong Seed { get; init; }

    /// <summary>Chooses among the steps that are ready; <see langword="null"/>: first in, first out.</summary>
    public ISchedulePicker? Picker { get; init; }

    /// <summary>
    /// Most that a timer may come late, drawn from the seed: legal, since a delay promises "at least", and needed where many timers
    /// are due at round times. Zero (the default): timers are exact. Virtual clock only. At most 3.5 minutes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or longer than that.</exception>
    public TimeSpan TimerJitter
    {
        get;
        init => field = CheckJitter(value);
    }

    /// <summary>Steps after which a run is given up as endless.</summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>Virtual time after which a run is given up as endless. Default: a year.</summary>
    public TimeSpan MaxVirtualTime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Which clock the loop runs on.</summary>
    public LoopClock Clock { get; init; }

    /// <summary>
    /// Before each choice, waits until the thread pool has nothing to do: for code that leaves the loop and comes back, whose order would
    /// otherwise be chance. Slower. What leaves the loop is counted all the same (<see cref="RunReport.ForeignPosts"/>).
    /// </summary>
    public bool WaitForThreadPool { get; init; }

    /// <summary>The method whose source file a trace remembers (<see cref="ScheduleTrace.Code"/>), where the program that is handed over only calls it; <see langword="null"/>: the program's own.</summary>
    public MethodInfo? Program { get; init; }

    /// <summary>
    /// Whether the story of the run is kept. <see langword="false"/>: faster, and <see cref="RunReport.Log"/> stays empty. It makes no
    /// difference to the run itself: the schedule is the same.
    /// </summary>
    public bool Observe { get; init; } = true;

    /// <summary>Where the story of the run is kept; <see langword="null"/>: in a new log.</summary>
    public EventLog? Log { get; init; }

    internal static TimeSpan CheckJitter(TimeSpan value, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestJitter, name);
        return value;
    }
}
