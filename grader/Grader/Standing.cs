using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grader;

/// <summary>How a learner's file stands now. In JSON: <c>unchanged</c>, <c>edited</c>.</summary>
[JsonConverter(typeof(FileStateJsonConverter))]
public enum FileState
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is as it was handed out, blank space and comments aside.</summary>
    Unchanged,

    /// <summary>It was edited since the last check, or never checked.</summary>
    Edited,

    /// <summary>It is as it was checked last, and did not pass.</summary>
    Checked,

    /// <summary>It is as it was checked last, and passed.</summary>
    Passed,
}

/// <summary>Where a learner is with one exercise.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Best">The best result and the newest check; <see langword="null"/>: nothing was done yet.</param>
/// <param name="File">How the file stands now.</param>
public sealed record Standing(ExerciseInfo Exercise, ProgressEntry? Best, FileState File)
{
    /// <summary>Whether the exercise was ever passed.</summary>
    public bool IsDone => Best?.Verdict == Verdict.Pass;

    /// <summary>Looks at the progress kept and at the files.</summary>
    /// <param name="exercises">The exercises.</param>
    /// <param name="root">The repository's root.</param>
    public static IReadOnlyList<Standing> Of(IEnumerable<ExerciseInfo> exercises, string root)
    {
        var progress = Progress.Read(root);
        return [.. exercises.Select(exercise => Of(exercise, progress.GetValueOrDefault(exercise.Slug), root))];
    }

    /// <summary>The same for the same text, whatever its line ends are.</summary>
    internal static string FingerprintOf(string source) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.ReplaceLineEndings("\n"))))[..16];

    private static Standing Of(ExerciseInfo exercise, ProgressEntry? entry, string root)
    {
        var path = exercise.FilePath(root);
        if (!System.IO.File.Exists(path))
            return new Standing(exercise, entry, FileState.Missing);
        var (source, unfit) = ExerciseGrader.ReadSource(path, path, exercise);
        var state = unfit is null && LearnerCompiler.AreEquivalent(source, exercise.Stub) ? FileState.Unchanged
            : entry?.Last is not { } last || last.Fingerprint != FingerprintOf(source) ? FileState.Edited
            : last.Verdict == Verdict.Pass ? FileState.Passed
            : FileState.Checked;
        return new Standing(exercise, entry, state);
    }
}

/// <summary>Writes states as lower-case words.</summary>
internal sealed class FileStateJsonConverter() : JsonStringEnumConverter<FileState>(JsonNamingPolicy.KebabCaseLower);
