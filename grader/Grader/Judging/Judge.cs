using System.Reflection;
using StructuredConcurrency.Simulation;

namespace Grader;

/// <summary>Turns findings into results: points, skipped echoes, and what is said where the worker process did not come to its end.</summary>
internal static class Judge
{
    /// <param name="exercise">Whose checks judge.</param>
    /// <param name="runs">What was run.</param>
    /// <param name="breakdowns">What happened to worker processes, at most once for each part of the exercise; none: everything was run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<CheckResult>> JudgeAsync(
        ExerciseInfo exercise, IReadOnlyList<ObservedRun> runs, IReadOnlyList<Breakdown> breakdowns, CancellationToken cancellationToken)
    {
        var (findings, broken) = await XunitChecks.RunAsync(exercise.Checks, new Evidence(exercise.Scenarios, runs), cancellationToken);
        var results = new Dictionary<string, CheckResult>(StringComparer.Ordinal);
        var failed = new HashSet<string>(StringComparer.Ordinal); // really, or as the echo of another
        var begun = new HashSet<string>(StringComparer.Ordinal); // parts
        foreach (var (name, check) in ChecksOf(exercise.Checks))
        {
            var result = new CheckResult
            {
                Name = name,
                Sentence = AsSentence(name),
                Verdict = Verdict.Pass,
                Points = check.Points,
                MaxPoints = check.Points,
                HintRung = check.HintRung,
            };

            // The first check, of each part, is about the run's coming to an end at all: that is where a breakdown belongs.
            var breakdown = breakdowns.FirstOrDefault(breakdown => breakdown.Part == check.Part);
            if (begun.Add(check.Part ?? "") && breakdown is not null)
            {
                failed.Add(name);
                result = Failed(result, breakdown.Verdict, new CheckReason(check.Expected, breakdown.Happened, breakdown.Misconception, breakdown.WhereToLook)) with { Run = breakdown.Run };
            }
            else if (broken.TryGetValue(name, out var trouble))
            {
                result = Failed(result, Verdict.GraderError, new CheckReason(check.Expected, $"The check itself failed: {trouble}", null, null));
            }
            else if (findings.TryGetValue(name, out var found))
            {
                var (finding, run) = found;
                if (finding.Verdict == Verdict.Skipped)
                {
                    result = Failed(result, Verdict.Skipped, new CheckReason(check.Expected, $"Not judged yet: {finding.Happened}", null, null));
                }
                else if (check.DependsOn is { } needed && failed.Contains(needed))
                {
                    failed.Add(name);
                    result = Failed(result, Verdict.Skipped, new CheckReason(check.Expected, $"Not judged yet: it depends on '{AsSentence(needed)}'.", null, null));
                }
                else
                {
                    failed.Add(name);
                    result = Failed(result, finding.Verdict, new CheckReason(check.Expected, finding.Happened, finding.Misconception, finding.WhereToLook)) with { Run = Show(run) with { Trace = TraceOf(run, exercise) }, HintRung = finding.HintRung ?? check.HintRung };
                }
            }
            else if (breakdown is not null)
            {
                result = Failed(result, Verdict.Skipped, new CheckReason(check.Expected, "Not judged yet: not every run was made.", null, null));
            }

            results.Add(name, result);
        }

        return [.. results.Values];
    }

    public static FailingRun Show(ObservedRun run) =>
        new() { Scenario = run.Scenario, Seed = run.Seed, Ending = Ending(run), Line = run.Line, Log = run.ToLog() };

    private static CheckResult Failed(CheckResult result, Verdict verdict, CheckReason reason) =>
        result with { Verdict = verdict, Points = 0, Reason = reason };

    private static string? TraceOf(ObservedRun run, ExerciseInfo exercise) => run.Trace is null ? null
        : new RunTrace(exercise.Scenarios.TakeWhile(scenario => scenario.Name != run.Scenario).Count() + 1, ScheduleTrace.Parse(run.Trace)).ToString();

    public static string Ending(ObservedRun run)
    {
        var at = $"{run.Elapsed.TotalSeconds:0.000} s";
        return run.Outcome switch
        {
            Outcome.Completed => $"ended at {at}",
            Outcome.Deadlock => $"deadlock at {at}: {string.Join("; ", run.Waiting.Select(wait => $"{wait.Name} waits for {wait.WaitsFor}"))}",
            Outcome.StepLimit => $"given up at {at}: it went on without end",
            Outcome.Escaped => $"given up at {at}: it waits for something outside the loop",
            Outcome.BlockedThread => $"blocked its only thread at {at}",
            _ => $"failed at {at}: {run.Error?.TypeName}: {run.Error?.Message}",
        };
    }

    /// <summary>The checks in the order in which they are written.</summary>
    private static IEnumerable<(string Name, CheckAttribute Check)> ChecksOf(Type checks) =>
        from method in checks.GetMethods()
        let check = method.GetCustomAttribute<CheckAttribute>()
        where check is not null
        orderby method.MetadataToken
        select (method.Name, check);

    private static string AsSentence(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
}

/// <summary>A worker process that did not come to its end, in words.</summary>
internal sealed record Breakdown(Verdict Verdict, string Happened, string? Misconception, string? WhereToLook, FailingRun? Run)
{
    /// <summary>The part of the exercise that was being run; <see langword="null"/>: it has no parts.</summary>
    public string? Part { get; init; }
}
