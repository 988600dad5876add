using System.Text.RegularExpressions;
using Grader;

namespace Checks;

/// <summary>What an answer in <c>solutions</c> is there for.</summary>
public enum AnswerKind
{
    /// <summary>The file as it was handed out: must be told apart from one that somebody has begun.</summary>
    Stub,

    /// <summary>A right answer, in whatever style: must pass under every schedule.</summary>
    Right,

    /// <summary>A mistake that people make: must be caught by the check that its first line names, with the misconception that it names.</summary>
    Wrong,
}

/// <summary>An answer of the authors' own.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Name">The file, relative to the exercise's folder in <c>solutions</c>: <c>wrong/NeverMarkedDone.cs</c>.</param>
/// <param name="Kind">What it is there for.</param>
public sealed record AuthorsAnswer(ExerciseInfo Exercise, string Name, AnswerKind Kind)
{
    /// <summary>The file.</summary>
    /// <param name="root">The repository's root.</param>
    public string PathIn(string root) => Path.Combine(root, "solutions", Exercise.Slug, Name);
}

/// <summary>How an answer of the authors' own was judged.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Report">What the grader says of it.</param>
/// <param name="Problem">How that differs from what it should say; <see langword="null"/>: not at all.</param>
public sealed record AuthorsVerdict(AuthorsAnswer Answer, CheckReport Report, string? Problem);

/// <summary>Checks the checks: every right answer passes, every stub is not started, every wrong answer is caught as it says.</summary>
public static partial class AuthorsCheck
{
    /// <summary>The answers to an exercise: its stub, <c>Solution.cs</c>, and what is in <c>right</c> and <c>wrong</c>.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="root">The repository's root.</param>
    /// <exception cref="GraderInputException">The folder is not there: learners' copies have none.</exception>
    public static IReadOnlyList<AuthorsAnswer> AnswersOf(ExerciseInfo exercise, string root)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        var folder = Path.Combine(root, "solutions", exercise.Slug);
        return Directory.Exists(folder)
            ? [new(exercise, "Stub.cs", AnswerKind.Stub), new(exercise, "Solution.cs", AnswerKind.Right), .. In("right", AnswerKind.Right), .. In("wrong", AnswerKind.Wrong)]
            : throw new GraderInputException($"solutions/{exercise.Slug}: there is no such folder; the authors' answers are expected there.");

        IEnumerable<AuthorsAnswer> In(string name, AnswerKind kind) =>
            Directory.EnumerateFiles(Path.Combine(folder, name), "*.cs").Order(StringComparer.Ordinal).Select(path => new AuthorsAnswer(exercise, $"{name}/{Path.GetFileName(path)}", kind));
    }

    /// <summary>Judges one answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="options">Seed, number of schedules, time limit and root; the file is the answer's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<AuthorsVerdict> JudgeAsync(AuthorsAnswer answer, CheckOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(options);
        var path = answer.PathIn(options.Root ?? Repository.FindRoot());
        var report = await ExerciseGrader.CheckAsync(answer.Exercise, options with { File = path }, cancellationToken);
        var problem = answer.Kind switch
        {
            AnswerKind.Stub => report.Verdict == Verdict.NotStarted ? null : $"the verdict is {report.Verdict} instead of NotStarted",
            AnswerKind.Right => ProblemOfRight(report, answer.Exercise.Scenarios.Count * options.Schedules),
            _ => ProblemOfWrong(report, path),
        };
        return new AuthorsVerdict(answer, report, problem);
    }

    private static string? ProblemOfRight(CheckReport report, int runs) =>
        report.Verdict != Verdict.Pass ? $"a right answer fails: {report.Summary}{(report.FirstFailure?.Reason is { } reason ? $" {reason.Happened}" : "")}{(report.Repeat is { } repeat ? $" ({repeat})" : "")}"
        : report.Points != report.MaxPoints || report.MaxPoints != 100 ? $"{report.Points} of {report.MaxPoints} points instead of 100 of 100"
        : report.Runs != runs ? $"{report.Runs} runs instead of {runs}"
        : report.FullyControlled ? null
        : "it was not under the event loop's control in every run";

    private static string? ProblemOfWrong(CheckReport report, string path)
    {
        if (Promise().Match(File.ReadLines(path).FirstOrDefault() ?? "") is not { Success: true } promise)
            return "its first line must read: // caught by: CheckName — misconception";
        var (name, misconception) = (promise.Groups[1].Value, promise.Groups[2].Value);
        if (report.Verdict == Verdict.Pass)
            return $"it passes, and '{name}' should catch it";
        if (report.FirstFailure is not { } shown || shown.Name != name)
            return $"the learner is shown {(report.FirstFailure is { } other ? $"'{other.Name}'" : $"{report.Verdict}")} first, and not '{name}'";
        return shown.Reason?.Misconception?.Contains(misconception, StringComparison.OrdinalIgnoreCase) == true
            ? null
            : $"'{name}' says '{shown.Reason?.Misconception ?? "nothing"}', and not '{misconception}'";
    }

    [GeneratedRegex("^// caught by: (\\w+) — (.+)$")]
    private static partial Regex Promise();
}
