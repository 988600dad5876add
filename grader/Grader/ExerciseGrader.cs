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

        var (report, attempt) = await AttemptAsync(exercise, options, name => JobFor(exercise, options, name), cancellationToken);
        if (options.KeepReady)
            WorkerProcess.StartAhead();
        if (attempt is null)
            return report;

        var first = report.ShownFirst; // never a pass with a check that was not judged
        var hints = first is null ? [] : HintLadder.Read(exercise, options.Root ?? Repository.FindRoot());
        return report with
        {
            Verdict = VerdictOf(report, first),
            Summary = Summarise(report, attempt.Runs) + BeyondControl(report.Uncontrolled),
            Output = OutputOf(first?.Run, attempt.Runs),
            Hint = first is null ? null : hints.ElementAtOrDefault(first.HintRung - 1)?.Text,
        };
    }

    /// <summary>Runs one schedule again, and judges that run alone.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="trace">The run: <see cref="FailingRun.Trace"/>.</param>
    /// <param name="options">File and time limit; seed and schedules are the trace's.</param>
    /// <param name="cancellationToken">Ends it and its worker process.</param>
    /// <returns>What came of it. That the code is wrong, or another than the trace was recorded of, is in the report.</returns>
    /// <exception cref="GraderInputException">There is no such file, or it cannot be read; the message is one line.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ReplayReport> ReplayAsync(ExerciseInfo exercise, RunTrace trace, CheckOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        ArgumentNullException.ThrowIfNull(trace);
        options = (options ?? new CheckOptions()) with { Seed = trace.Schedule.Seed, Schedules = 1 };
        var scenario = exercise.Scenarios[trace.Scenario - 1];
        var (report, attempt) = await AttemptAsync(exercise, options, name => JobFor(exercise with { Scenarios = [scenario] }, options, name) with { Trace = trace.Schedule.ToString() }, cancellationToken);
        if (attempt is null)
            return new ReplayReport { Check = report, Scenario = scenario.Name };

        var run = attempt.Runs.SingleOrDefault();
        var first = report.FirstFailure;
        return new ReplayReport
        {
            Check = report with
            {
                Verdict = VerdictOf(report, first),
                Summary = (first is null ? "Every check that can judge this run passed." : $"'{first.Sentence}' did not pass.") + BeyondControl(report.Uncontrolled),
                Output = run?.Output ?? "",
            },
            Scenario = scenario.Name,
            Ending = run is null ? null : Judge.Ending(run),
            Divergence = run?.Divergence,
            Table = run?.Table,
            Log = (run ?? attempt.Stuck)?.ToLog(),
        };
    }

    /// <summary>Finds out what a page tells beside the report: the failing run step by step, and the reference solution in the same situation.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="report">The report of its check.</param>
    /// <param name="options">The options of that check.</param>
    /// <param name="cancellationToken">Ends it and its worker processes.</param>
    public static async Task<ReportedExercise> TellAsync(ExerciseInfo exercise, CheckReport report, CheckOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(options);
        if (report.Failing is not { } run)
            return new ReportedExercise(report);

        var replay = run.Trace is null ? null : await ReplayAsync(exercise, RunTrace.Parse(run.Trace, exercise), options, cancellationToken);
        var solution = Path.Combine(options.Root ?? Repository.FindRoot(), "solutions", exercise.Slug, "Solution.cs");
        if (!File.Exists(solution))
            return new ReportedExercise(report, replay); // a learner's copy has none

        var same = options with { File = solution, Seed = run.Seed, Schedules = 1 };
        var scenario = exercise.Scenarios.Single(scenario => scenario.Name == run.Scenario);
        var (_, attempt) = await AttemptAsync(exercise, same, name => JobFor(exercise with { Scenarios = [scenario] }, same, name), cancellationToken);
        return new ReportedExercise(report, replay, attempt?.Runs.SingleOrDefault()?.ToLog());
    }

    /// <summary>Reads, compiles and runs a file, and lets the checks judge. Without an attempt in the answer nothing was judged, and the report says why.</summary>
    private static async Task<(CheckReport Report, Attempt? Attempt)> AttemptAsync(
        ExerciseInfo exercise, CheckOptions options, Func<string, WorkerJob> jobFor, CancellationToken cancellationToken)
    {
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
            return (NotCompiled([unfit]), null);
        if (LearnerCompiler.AreEquivalent(source, exercise.Stub))
            return (report with { Seconds = watch.Elapsed.TotalSeconds }, null);

        using var worker = WorkerProcess.Take(); // warms up while the compiler works
        CompiledFile compiled;
        try
        {
            compiled = await Task.Run(() => LearnerCompiler.Compile(source, report.File, exercise, options.CompileTimeLimit, cancellationToken), cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (OwnFault($"The compiler failed: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}"), null);
        }

        if (compiled.Diagnostics.Count > 0)
            return (NotCompiled(compiled.Diagnostics), null);

        var runs = new List<ObservedRun>();
        var breakdowns = new List<Breakdown>();
        var (isBroken, stuck, trouble) = await RunPartsAsync(exercise, worker, jobFor(report.File), compiled, options.TimeLimit, runs, breakdowns, cancellationToken);
        if (isBroken)
            return (OwnFault(trouble), null);

        var checks = await Task.Run(() => Judge.JudgeAsync(exercise, runs, breakdowns, cancellationToken), cancellationToken);
        report = report with
        {
            EntryLine = checks.All(check => check.Verdict == Verdict.Pass) ? 1 : LearnerCompiler.EntryLine(source, exercise),
            Checks = checks,
            Runs = runs.Count,
            ForeignPosts = runs.Sum(run => run.ForeignPosts),
            FullyControlled = compiled.Uncontrolled.Count == 0 && runs.TrueForAll(run => run is { ForeignPosts: 0, Outcome: not Outcome.Escaped }),
            Uncontrolled = compiled.Uncontrolled,
            Limits = worker.Limits,
            Seconds = watch.Elapsed.TotalSeconds,
        };
        return (report, new Attempt(runs, stuck));

        CheckReport OwnFault(string? trouble) => report with
        {
            Verdict = Verdict.GraderError,
            Summary = $"The grader itself failed; this is not your fault. {trouble}".TrimEnd(),
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

    /// <summary>Runs a job; and where one part of the exercise ends the worker process, the parts behind it in another: they are judged by themselves.</summary>
    private static async Task<(bool IsBroken, ObservedRun? Stuck, string? Trouble)> RunPartsAsync(
        ExerciseInfo exercise, WorkerProcess worker, WorkerJob job, CompiledFile compiled, TimeSpan timeLimit, List<ObservedRun> runs, List<Breakdown> breakdowns, CancellationToken cancellationToken)
    {
        var made = new List<ObservedRun>();
        var (end, stuck, trouble) = await worker.RunAsync(job, compiled, timeLimit, made, cancellationToken);
        runs.AddRange(made);
        if (end is WorkerEnd.Broken or WorkerEnd.Finished)
            return (end == WorkerEnd.Broken, stuck, trouble);

        var scenario = stuck?.Scenario ?? Breakdowns.Next(job, made).Scenario;
        var part = PartOf(scenario);
        breakdowns.Add(Breakdowns.Describe(end, job, made, stuck, worker, timeLimit) with { Part = part });
        var others = job.Scenarios.SkipWhile(other => other.Name != scenario).Where(other => PartOf(other.Name) != part).ToList();
        if (others.Count == 0)
            return (false, stuck, null);

        using var next = WorkerProcess.Start();
        var (isBroken, laterStuck, laterTrouble) = await RunPartsAsync(exercise, next, job with { Scenarios = others }, compiled, timeLimit, runs, breakdowns, cancellationToken);
        return (isBroken, stuck ?? laterStuck, laterTrouble);

        string? PartOf(string name) => exercise.Scenarios.First(known => known.Name == name).Part;
    }

    private static Verdict VerdictOf(CheckReport report, CheckResult? first) =>
        report.Checks.Any(check => check.Verdict == Verdict.GraderError) ? Verdict.GraderError
        : first is null ? Verdict.Pass
        : first.Verdict == Verdict.Skipped ? Verdict.Fail
        : first.Verdict;

    /// <summary>What a worker ran; and the run that never ended, if there was one.</summary>
    private sealed record Attempt(List<ObservedRun> Runs, ObservedRun? Stuck);

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
