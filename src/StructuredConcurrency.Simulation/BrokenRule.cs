using System.Text;

namespace StructuredConcurrency.Simulation;

/// <summary>What was wrong with a run, and whether two runs failed in the same way.</summary>
/// <param name="Outcome">How the run ended.</param>
/// <param name="Kind">What does not change from one such failure to the next: numbers do.</param>
/// <param name="Text">In words.</param>
internal sealed record BrokenRule(Outcome Outcome, string Kind, string Text)
{
    /// <summary>Judges a run.</summary>
    /// <returns><see langword="null"/> when nothing is wrong.</returns>
    public static BrokenRule? Of(RunReport report, Func<RunReport, string?>? check)
    {
        if (report.Outcome != Outcome.Completed)
        {
            // A blocked thread or an endless loop is the same failure wherever it is met.
            var kind = report is { Outcome: Outcome.Faulted, Error: { } error } ? WithoutNumbers(string.Join('\n', Leaves(error).Select(leaf => $"{leaf.GetType().FullName}: {MessageOf(leaf)}"))) : "";
            return new BrokenRule(report.Outcome, kind, report.ToString());
        }

        string? rule;
        try
        {
            rule = check?.Invoke(report);
        }
        catch (Exception e)
        {
            rule = MessageOf(e); // an assertion of the caller's test framework
        }

        return rule is null ? null : new BrokenRule(Outcome.Completed, WithoutNumbers(rule), rule);
    }

    public bool IsSameAs(BrokenRule? other) => other is not null && Outcome == other.Outcome && Kind == other.Kind;

    /// <summary>What an exception says; a message is the program's own code, and may throw.</summary>
    public static string MessageOf(Exception? error)
    {
        try
        {
            return error?.Message ?? "";
        }
        catch (Exception e)
        {
            return $"(reading its message threw {e.GetType().Name})";
        }
    }

    /// <summary>The exceptions that a group only passes on: its own message names the group, and a group without a name has another one where it is observed.</summary>
    private static IEnumerable<Exception> Leaves(Exception error) => error is AggregateException all ? all.InnerExceptions.SelectMany(Leaves) : [error];

    private static string WithoutNumbers(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
                result.Append(character);
            else if (result.Length == 0 || result[^1] != '#')
                result.Append('#');
        }

        return result.ToString();
    }
}
