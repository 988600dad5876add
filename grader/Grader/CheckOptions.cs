namespace Grader;

/// <summary>How an exercise is checked.</summary>
public sealed record CheckOptions
{
    /// <summary>The learner's file; <see langword="null"/>: the exercise's own, below <see cref="Root"/>.</summary>
    public string? File { get; init; }

    /// <summary>The repository's root; <see langword="null"/>: it is looked for.</summary>
    public string? Root { get; init; }

    /// <summary>
    /// The first seed. A check runs the seeds <c>Seed</c>, <c>Seed + 1</c>, … in every scenario. Seed 0 is the plain order, first in first out,
    /// with exact timers; every other seed is one random schedule. So <c>Seed = S, Schedules = 1</c> runs again the very schedule that a report names.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>How many schedules each scenario is run under, at least 1.</summary>
    public int Schedules { get; init; } = 300;

    /// <summary>How long (real time) the worker process may be without a sign of life before it is ended.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long (real time) the compiler may take. An answer takes it a fraction of a second.</summary>
    public TimeSpan CompileTimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether another check will follow in this process: its worker process is then started ahead of need, and waits.</summary>
    public bool KeepReady { get; init; }
}
