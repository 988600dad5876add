using System.Globalization;

namespace StructuredConcurrency.Simulation;

/// <summary>What came of searching the schedules of a program.</summary>
public sealed record ExploreReport
{
    /// <summary>Schedules run, without those that made a failure smaller.</summary>
    public required int Schedules { get; init; }

    /// <summary>How many of them differed from one another.</summary>
    public required int Distinct { get; init; }

    /// <summary>The failures, each kind once; empty: none was found.</summary>
    public required IReadOnlyList<ScheduleFinding> Findings { get; init; }

    /// <summary>The master seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How often each outcome came up.</summary>
    public required IReadOnlyDictionary<Outcome, int> Outcomes { get; init; }

    /// <summary>Whether every order of ready steps was run. Says nothing about timers that come late, where the program has any.</summary>
    public required bool Exhausted { get; init; }

    /// <summary>How many runs the loop did not control alone: code outside it took part, and another time they may be different.</summary>
    public required int NotFullyControlled { get; init; }

    /// <summary>Whether the search was cancelled before its budget was spent.</summary>
    public required bool Cancelled { get; init; }

    /// <summary>One sentence on the search, and the report of the first finding.</summary>
    public override string ToString()
    {
        var search = string.Create(
            CultureInfo.InvariantCulture,
            $"{Schedules:N0} schedule{(Schedules == 1 ? "" : "s")}, {Distinct:N0} different{(Exhausted ? ", all there are" : "")}{(Cancelled ? ", cancelled" : "")}{(NotFullyControlled > 0 ? $"; {NotFullyControlled:N0} not fully controlled" : "")}");
        return Findings.Count == 0 ? $"nothing found in {search}" : $"{Findings[0].Failure}\nFound in {search}.";
    }
}

/// <summary>A failure that exploration found.</summary>
public sealed record ScheduleFinding
{
    /// <summary>The rule that was broken, in words.</summary>
    public required string BrokenRule { get; init; }

    /// <summary>Which schedule it was, from 1.</summary>
    public required int Schedule { get; init; }

    /// <summary>The seed of that schedule.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The run that failed first.</summary>
    public required RunReport First { get; init; }

    /// <summary>The smallest schedule found that fails in the same way, run with its story.</summary>
    /// <remarks>Where <see cref="ExploreOptions.ShrinkRuns"/> sufficed, none of its choices can be set back alone; a quite different schedule may still be smaller.</remarks>
    public required RunReport Shrunk { get; init; }

    /// <summary>Whether the failing schedule, run again, failed again in the same way, step by step.</summary>
    public required bool IsReproducible { get; init; }

    /// <summary>The report for people, and in JSON for programs.</summary>
    public required FailureReport Failure { get; init; }
}
