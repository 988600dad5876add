namespace StructuredConcurrency.Simulation;

/// <summary>How schedules are chosen.</summary>
public enum ExploreStrategy
{
    /// <summary>
    /// First in, first out once, so that a plain mistake gets a plain message; then every schedule, where the budget allows it; else 60 % random
    /// ones and 40 % by <see cref="PctPicker"/> at depths 2 and 3, with timers that come late by chance.
    /// </summary>
    Portfolio,

    /// <summary>Every ready step is as likely as any other.</summary>
    Random,

    /// <summary><see cref="PctPicker"/> at depths 2 and 3.</summary>
    Pct,

    /// <summary>Every schedule, depth first, with exact timers; see <see cref="ExhaustivePicker"/>.</summary>
    Exhaustive,
}

/// <summary>How <see cref="EventLoop.Explore"/> searches the schedules of a program.</summary>
public sealed record ExploreOptions
{
    /// <summary>Most schedules to run, at least 1. Default: 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1: a search that looks at nothing would find nothing wrong.</exception>
    public int Schedules
    {
        get;
        init => field = AtLeastOne(value);
    } = 1_000;

    /// <summary>Most real time to spend, checked between two schedules; <see langword="null"/>: no limit. With a limit the result depends on the machine's speed.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The master seed: every other is drawn from it. One seed, one exploration.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How schedules are chosen.</summary>
    public ExploreStrategy Strategy { get; init; }

    /// <summary>
    /// Most that a timer may come late, in the schedules that have jitter at all: some have none, some little. Legal, since a delay promises "at least".
    /// Zero: timers are exact. At most 3.5 minutes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or longer than that.</exception>
    public TimeSpan TimerJitter
    {
        get;
        init => field = EventLoopOptions.CheckJitter(value);
    } = TimeSpan.FromMilliseconds(20);

    /// <summary>Steps after which a run is given up as endless. Default: 100,000.</summary>
    public int MaxSteps { get; init; } = 100_000;

    /// <summary>Virtual time after which a run is given up as endless. Default: a year.</summary>
    public TimeSpan MaxVirtualTime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>See <see cref="EventLoopOptions.WaitForThreadPool"/>.</summary>
    public bool WaitForThreadPool { get; init; }

    /// <summary>
    /// What must hold after every run, beside that it completes: returns the rule that was broken, in words, or <see langword="null"/>; an exception, such as a failed
    /// assertion, is a broken rule as well. Called for runs that completed.
    /// </summary>
    public Func<RunReport, string?>? Check { get; init; }

    /// <summary>Keeps the story of every run, for a <see cref="Check"/> that reads <see cref="RunReport.Log"/>; several times slower. Failures are run again with their story in any case.</summary>
    public bool Observe { get; init; }

    /// <summary>Most different failures to look for before the search ends, at least 1. Default: the first one ends it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int MaxFindings
    {
        get;
        init => field = AtLeastOne(value);
    } = 1;

    /// <summary>Most runs spent on making one failing schedule smaller; 0: it stays as it was found.</summary>
    public int ShrinkRuns { get; init; } = 300;

    private static int AtLeastOne(int value, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
