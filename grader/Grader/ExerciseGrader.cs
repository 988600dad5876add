using System.Diagnostics;
using System.Text.Json;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Simulation.Rewriting;

namespace Grader;

/// <summary>Checks a learner's file: compiles it, runs it in a process of its own under many schedules, judges what happened.</summary>
public static class ExerciseGrader
{
    private const int MostErrors = 10; // later ones mostly follow from the first

    /// <summary>Checks one file. Always comes to an end, whatever the file does.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="options">File, seed, number of schedules, time limit.</param>
    /// <param name="cancellationToken">Ends the check and its worker process.</param>
    /// <returns>The report. That the code is wrong is a verdict, not an exception.</returns>
    /// <exception cref="GraderInputException">There is no such file, or it cannot be read; the message is one line.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<CheckReport> CheckAsync(ExerciseInfo exercise, CheckOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        options ??= new CheckOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Schedules, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.TimeLimit, TimeSpan.Zero, nameof(options));

        var watch = Stopwatch.StartNew();
        var root = options.Root ?? Repository.FindRoot();
        var file = Path.GetFullPath(options.File ?? exercise.FilePath(root));
        var report = new CheckReport
        {
            Exercise = exercise.Slug,
            Title = exercise.Title,
            File = NameOf(file, root),
            Verdict = Verdict.NotStarted,
            Summary = "Not started: the file is still as it was handed out.",
        };
        var (source, unfit) = ReadSource(file, report.File, exercise);
        report = report with { Fingerprint = Standing.FingerprintOf(source) };
        if (unfit is not null)
            return NotCompiled([unfit]);
        if (LearnerCompiler.AreEquivalent(source, exercise.Stub))
            return report with { Seconds = watch.Elapsed.TotalSeconds };

        using var worker = WorkerProcess.Start(); // starts and warms up while the compiler works
        var compiled = await Task.Run(() => LearnerCompiler.Compile(source, report.File, exercise), cancellationToken);
        if (compiled.Diagnostics.Count > 0)
            return NotCompiled(compiled.Diagnostics);

        var runs = new List<ObservedRun>();
        var job = JobFor(exercise, options, report.File);
        var (end, stuck, trouble) = await worker.RunAsync(job, compiled, options.TimeLimit, runs, cancellationToken);
        if (end == WorkerEnd.Broken)
        {
            return report with
            {
                Verdict = Verdict.GraderError,
                Summary = $"The grader itself failed; this is not your fault. {trouble}",
                Seconds = watch.Elapsed.TotalSeconds,
            };
        }

        var breakdown = end == WorkerEnd.Finished ? null : Breakdowns.Describe(end, job, runs, stuck, worker, options.TimeLimit);
        var checks = await Task.Run(() => Judge.JudgeAsync(exercise, runs, breakdown, cancellationToken), cancellationToken);
        report = report with { Checks = checks };
        var first = report.FirstFailure ?? checks.FirstOrDefault(check => check.Verdict != Verdict.Pass); // never a pass with a check that was not judged
        var hints = first is null ? [] : HintLadder.Read(exercise, root);
        return report with
        {
            Verdict = checks.Any(check => check.Verdict == Verdict.GraderError) ? Verdict.GraderError : first is null ? Verdict.Pass : first.Verdict == Verdict.Skipped ? Verdict.Fail : first.Verdict,
            Summary = Summarise(report, runs) + BeyondControl(compiled.Uncontrolled),
            Output = OutputOf(first?.Run, runs),
            Runs = runs.Count,
            ForeignPosts = runs.Sum(run => run.ForeignPosts),
            FullyControlled = compiled.Uncontrolled.Count == 0 && runs.TrueForAll(run => run is { ForeignPosts: 0, Outcome: not Outcome.Escaped }),
            Uncontrolled = compiled.Uncontrolled,
            Hint = first is null ? null : hints.ElementAtOrDefault(first.HintRung - 1)?.Text,
            Seconds = watch.Elapsed.TotalSeconds,
        };

        CheckReport NotCompiled(IReadOnlyList<LearnerDiagnostic> errors) => report with
        {
            Verdict = Verdict.BuildError,
            Summary = $"The file does not compile: {errors.Count} {(errors.Count == 1 ? "error" : "errors")}{(errors.Count > MostErrors ? $", of which the first {MostErrors} are shown" : "")}.",
            Diagnostics = [.. errors.Take(MostErrors)],
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }

    internal static (string Source, LearnerDiagnostic? Unfit) ReadSource(string file, string name, ExerciseInfo exercise)
    {
        try
        {
            if (LearnerCompiler.TooLong(new FileInfo(file).Length, name) is { } tooLong)
                return ("", tooLong);
            var source = File.ReadAllText(file);
            return (source, LearnerCompiler.TooDeep(source, name));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GraderInputException($"{file}: there is no such file; the answer to exercise {exercise.Slug} is expected there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GraderInputException($"{file}: cannot be read: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string NameOf(string file, string root)
    {
        var relative = Path.GetRelativePath(root, file);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? file : relative.Replace('\\', '/');
    }

    internal static WorkerJob JobFor(ExerciseInfo exercise, CheckOptions options, string file) => new()
    {
        EntryType = exercise.EntryType,
        World = exercise.World.AssemblyQualifiedName!,
        File = file,
        FirstSeed = options.Seed,
        Schedules = options.Schedules,
        Scenarios = [.. exercise.Scenarios.Select(scenario => new WorkerJob.JobScenario(scenario.Name, JsonSerializer.Serialize(scenario.Settings, scenario.Settings.GetType())))],
        Patience = options.TimeLimit / 2,
    };

    private static string Summarise(CheckReport report, List<ObservedRun> runs)
    {
        var total = report.Checks.Count;
        var passed = report.Checks.Count(check => check.Verdict == Verdict.Pass);
        return passed == total
            ? $"Right: {total} checks passed in each of {runs.Count} runs."
            : $"{passed} of {total} checks passed{(report.FirstFailure is { } first ? $": '{first.Sentence}' did not" : "")}.";
    }

    private static string BeyondControl(IReadOnlyList<UncontrolledSite> sites) => sites switch
    {
        [] => "",
        [var site] => $" Line {site.Line} ({site.Construct}) is beyond the event loop's control.",
        [var site, ..] => $" Line {site.Line} ({site.Construct}) and {sites.Count - 1} more {(sites.Count == 2 ? "place" : "places")} are beyond the event loop's control.",
    };

    private static string OutputOf(FailingRun? shown, List<ObservedRun> runs) =>
        (runs.Find(run => run.Scenario == shown?.Scenario && run.Seed == shown.Seed) ?? runs.FirstOrDefault())?.Output ?? "";
}
