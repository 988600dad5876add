using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Grader;

/// <summary>What a seed means: 0 is the plain order with exact timers, every other number one random order with late timers.</summary>
internal static class Schedule
{
    // An honest run of an exercise takes some hundred steps.
    private const int MostSteps = 20_000;

    /// <summary>How late a timer may be at most.</summary>
    public static TimeSpan JitterOf(ulong seed) => seed == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(25);

    public static EventLoopOptions For(ulong seed, EventLog log) => new()
    {
        Seed = seed,
        Picker = seed == 0 ? null : new RandomPicker(SplitMix64.Mix(seed, 1)), // not the seed itself: the jitter draws from that
        TimerJitter = JitterOf(seed),
        MaxSteps = MostSteps,
        MaxVirtualTime = TimeSpan.FromHours(1),
        Log = log,
    };
}
