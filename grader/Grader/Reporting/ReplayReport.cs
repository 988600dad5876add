using StructuredConcurrency;
using StructuredConcurrency.Timelines;

namespace Grader;

/// <summary>What came of running one schedule again.</summary>
public sealed record ReplayReport
{
    /// <summary>What the checks say of this one run; where the file does not compile, or is still the stub, that.</summary>
    public required CheckReport Check { get; init; }

    /// <summary>Name of the situation it was run in.</summary>
    public required string Scenario { get; init; }

    /// <summary>How the run ended, in a sentence; <see langword="null"/>: it was not run, or did not come to its end.</summary>
    public string? Ending { get; init; }

    /// <summary>How the code differs from the one that the trace was recorded of; <see langword="null"/>: not at all, as far as can be seen.</summary>
    public string? Divergence { get; init; }

    /// <summary>Who did what when: a column for each task, a row for each step, and between two tasks the reason why the turn went over.</summary>
    public string? Table { get; init; }

    /// <summary>What happened in it.</summary>
    public EventLog? Log { get; init; }

    /// <summary>The picture of it; <see langword="null"/>: it was not run.</summary>
    public Timeline? Timeline => Log is null ? null : StructuredConcurrency.Timelines.Timeline.From(Log);
}
