using System.Text;

namespace StructuredConcurrency.Conformance;

/// <summary>How an implementation did.</summary>
public sealed class ConformanceReport
{
    internal ConformanceReport(string implementation, string floor, IReadOnlyList<BehaviourResult> results)
    {
        Implementation = implementation;
        Floor = floor;
        Results = results;
        Failures = [.. results.Where(r => r.Verdict == Verdict.Failed)];
    }

    /// <summary>Name of the implementation.</summary>
    public string Implementation { get; }

    /// <summary>Name of the floor that it ran on.</summary>
    public string Floor { get; }

    /// <summary>One for each behaviour, in the order of the suite.</summary>
    public IReadOnlyList<BehaviourResult> Results { get; }

    /// <summary>Whether nothing failed. What is not offered is no failure.</summary>
    public bool Conforms => Failures.Count == 0;

    /// <summary>What failed.</summary>
    public IReadOnlyList<BehaviourResult> Failures { get; }

    /// <summary>The score: a row for each concept, then each failure with its reason.</summary>
    public string ToTable()
    {
        var rows = Results.GroupBy(r => Row(r.Behaviour)).Select(g => (g.Key, Results: g.ToList())).Append(("all", [.. Results])).ToList();
        var width = rows.Max(row => row.Item1.Length);
        var table = new StringBuilder();
        table.Append($"{Implementation} on the {Floor}\n\n");
        table.Append($"{"".PadRight(width)}  passed  failed  not offered\n");
        foreach (var (name, results) in rows)
        {
            table.Append($"{name.PadRight(width)}  {Count(results, Verdict.Passed),6}  {Count(results, Verdict.Failed),6}  {Count(results, Verdict.NotOffered),11}\n");
        }

        foreach (var failure in Failures)
            table.Append($"\nFAILED {failure.Behaviour}\n       {failure.Reason}\n");
        return table.ToString();
    }

    /// <inheritdoc cref="ToTable" />
    public override string ToString() => ToTable();

    private static int Count(IReadOnlyList<BehaviourResult> results, Verdict verdict) => results.Count(r => r.Verdict == verdict);

    private static string Row(Behaviour behaviour) => behaviour.Order is { } order ? $"{behaviour.Concept} ({order})" : behaviour.Concept.ToString();
}
