using System.Text.Json;

namespace Grader;

/// <summary>How far a learner has come: the best verdict of each exercise, kept in <c>artifacts/progress.json</c>.</summary>
public static class Progress
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>Reads it.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>The entries by exercise; none where nothing was checked yet, or the file cannot be read.</returns>
    public static IReadOnlyDictionary<string, ProgressEntry> Read(string root)
    {
        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, ProgressEntry>>(File.ReadAllText(PathIn(root)), s_json) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return new SortedDictionary<string, ProgressEntry>(StringComparer.Ordinal);
        }
    }

    /// <summary>Takes note of a report. A worse result never replaces a better one; a grader's error counts for nothing.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="report">The report.</param>
    public static void Record(string root, CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Verdict is Verdict.GraderError)
            return;
        var entries = new SortedDictionary<string, ProgressEntry>(Read(root).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        var entry = new ProgressEntry(report.Verdict, report.Points, report.MaxPoints);
        if (entries.TryGetValue(report.Exercise, out var best) && !entry.IsBetterThan(best))
            return;
        entries[report.Exercise] = entry;
        Directory.CreateDirectory(Path.GetDirectoryName(PathIn(root))!);

        // Whole or not at all: two checks may end at the same time.
        var draft = $"{PathIn(root)}.{Environment.ProcessId}";
        File.WriteAllText(draft, JsonSerializer.Serialize(entries, s_json));
        File.Move(draft, PathIn(root), overwrite: true);
    }

    private static string PathIn(string root) => Path.Combine(root, "artifacts", "progress.json");
}

/// <summary>The best result of an exercise so far.</summary>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Points">Points earned.</param>
/// <param name="MaxPoints">Points to be had.</param>
public sealed record ProgressEntry(Verdict Verdict, int Points, int MaxPoints)
{
    internal bool IsBetterThan(ProgressEntry other) => Rank.CompareTo(other.Rank) > 0;

    private (int Begun, int Passed, int Points) Rank => (Verdict == Verdict.NotStarted ? 0 : 1, Verdict == Verdict.Pass ? 1 : 0, Points);
}
