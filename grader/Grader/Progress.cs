using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grader;

/// <summary>How far a learner has come with each exercise, kept in <c>artifacts/progress.json</c>.</summary>
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
    /// <param name="report">The report, of a check with the usual number of schedules: fewer prove nothing.</param>
    public static void Record(string root, CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Verdict is Verdict.GraderError)
            return;
        Change(root, report.Exercise, best =>
        {
            var entry = new ProgressEntry(report.Verdict, report.Points, report.MaxPoints);
            return (best is null || entry.IsBetterThan(best) ? entry : best) with
            {
                HintsShown = best?.HintsShown ?? 0,
                Last = new LastCheck(report.Verdict, report.Points, report.MaxPoints, report.Fingerprint),
            };
        });
    }

    /// <summary>Takes note of how far up the hint ladder a learner has been.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="exercise">The exercise.</param>
    /// <param name="rungs">Number of the highest rung shown; 0: the ladder begins anew.</param>
    public static void RecordHints(string root, ExerciseInfo exercise, int rungs)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        Change(root, exercise.Slug, entry => (entry ?? new ProgressEntry(Verdict.NotStarted, 0, 0)) with { HintsShown = rungs });
    }

    private static void Change(string root, string exercise, Func<ProgressEntry?, ProgressEntry> change)
    {
        var entries = new SortedDictionary<string, ProgressEntry>(Read(root).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        var before = entries.GetValueOrDefault(exercise);
        var after = change(before);
        if (after == before)
            return;
        entries[exercise] = after;
        Directory.CreateDirectory(Path.GetDirectoryName(PathIn(root))!);

        // Whole or not at all: two checks may end at the same time.
        var draft = $"{PathIn(root)}.{Environment.ProcessId}";
        File.WriteAllText(draft, JsonSerializer.Serialize(entries, s_json));
        File.Move(draft, PathIn(root), overwrite: true);
    }

    private static string PathIn(string root) => Path.Combine(root, "artifacts", "progress.json");
}

/// <summary>The best result of an exercise so far, and where its learner is.</summary>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Points">Points earned.</param>
/// <param name="MaxPoints">Points to be had.</param>
public sealed record ProgressEntry(Verdict Verdict, int Points, int MaxPoints)
{
    /// <summary>Number of the highest rung of the hint ladder that was shown; 0: none.</summary>
    public int HintsShown { get; init; }

    /// <summary>The newest check, which may have been worse than the best; <see langword="null"/>: there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LastCheck? Last { get; init; }

    internal bool IsBetterThan(ProgressEntry other) => Rank.CompareTo(other.Rank) > 0;

    private (int Begun, int Passed, int Points) Rank => (Verdict == Verdict.NotStarted ? 0 : 1, Verdict == Verdict.Pass ? 1 : 0, Points);
}

/// <summary>What the newest check of an exercise said, and of which text.</summary>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Points">Points earned.</param>
/// <param name="MaxPoints">Points to be had.</param>
/// <param name="Fingerprint">Of the text that it judged: <see cref="CheckReport.Fingerprint"/>.</param>
public sealed record LastCheck(Verdict Verdict, int Points, int MaxPoints, string Fingerprint);
