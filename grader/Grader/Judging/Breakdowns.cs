using StructuredConcurrency;

namespace Grader;

/// <summary>Says what it means that a worker process hung or died.</summary>
internal static class Breakdowns
{
    private const string Swallowed = "A cancellation that is swallowed is not obeyed: every further await throws at once, and the loop around it never lets another task run.";

    public static Breakdown Describe(
        WorkerEnd end, WorkerJob job, IReadOnlyList<ObservedRun> runs, ObservedRun? stuck, WorkerProcess worker, TimeSpan timeLimit)
    {
        var (scenario, seed) = stuck is null ? Next(job, runs) : (stuck.Scenario, stuck.Seed);
        var place = $"in scenario '{scenario}', seed {seed}";
        var shown = stuck is null ? null : Judge.Show(stuck);
        var cancelled = stuck?.Events.Any(e => e.Kind == ScopeEventKind.CancelRequested) == true;
        if (end == WorkerEnd.Endless)
        {
            return new Breakdown(
                Verdict.StepLimit,
                $"The program went round and round without a pause {place}{LastSeen(stuck)}, and was ended.",
                cancelled ? Swallowed : "A loop that never waits for anything keeps everybody else waiting, and no token can stop it.",
                cancelled ? "Look for a loop whose body catches OperationCanceledException and goes on: let it out of the loop." : "Look for a loop that has no way out.",
                shown);
        }

        if (end == WorkerEnd.Forged)
        {
            return new Breakdown(
                Verdict.Crash,
                $"Something wrote on the line by which the grader hears of the program, {place}, and its process was ended.",
                "What counts is what the program does; what it says of itself does not.",
                "Look for code that writes to files or handles that it did not open.",
                null);
        }

        if (end == WorkerEnd.TimedOut)
        {
            return new Breakdown(
                Verdict.Timeout,
                $"The program gave no sign of life for {timeLimit.TotalSeconds:0.#} s {place}{LastSeen(stuck)}, and was ended.",
                cancelled ? Swallowed : "An endless loop without an await never lets another task run, and no token can stop it.",
                "Look for a loop whose body has no await, or awaits only what has ended already.",
                shown);
        }

        var because = Because(worker);
        if (because.Contains("Out of memory", StringComparison.OrdinalIgnoreCase) || because.Contains(nameof(OutOfMemoryException), StringComparison.Ordinal))
        {
            return new Breakdown(
                Verdict.Crash,
                $"The program used up all the memory that it may have {place}.",
                "Memory is given back only when nothing holds what was made.",
                "Look for a loop that makes, puts, starts or prints something without end.",
                shown);
        }

        return worker.ExitCode == 0
            ? new Breakdown(
                Verdict.Crash,
                $"The program ended its whole process by itself {place}.",
                "Ending the process is not ending the work: whatever was under way is lost.",
                "Look for a call like Environment.Exit.",
                shown)
            : new Breakdown(
                Verdict.Crash,
                $"The process that ran the program died {place}{because}.",
                null,
                "Look for a method that calls itself without end, or an exception on a thread of your own.",
                shown);
    }

    /// <summary>The run that was under way: runs come scenario by scenario, seed by seed.</summary>
    public static (string Scenario, ulong Seed) Next(WorkerJob job, IReadOnlyList<ObservedRun> runs)
    {
        if (runs.Count == 0)
            return (job.Scenarios[0].Name, job.FirstSeed);
        var last = runs[^1];
        if (!last.IsLast)
            return (last.Scenario, last.Seed + 1);
        var next = job.Scenarios.SkipWhile(scenario => scenario.Name != last.Scenario).Skip(1).FirstOrDefault();
        return (next?.Name ?? last.Scenario, next is null ? last.Seed : job.FirstSeed);
    }

    private static string LastSeen(ObservedRun? stuck) =>
        stuck?.Events.LastOrDefault(e => e.TaskName is not null) is { TaskName: { } task } e
            ? $"; the last thing it did: '{task}' {Deed(e)}"
            : "";

    private static string Deed(ScopeEvent e) => e.Kind switch
    {
        ScopeEventKind.Put => $"put {e.Item} into '{e.Queue}'",
        ScopeEventKind.Get => $"took {e.Item} from '{e.Queue}'",
        ScopeEventKind.ItemDone => "marked an item done",
        ScopeEventKind.Joined => $"joined '{e.Queue}'",
        ScopeEventKind.WorkStarted => $"began to work on {e.Item}",
        ScopeEventKind.WorkEnded => $"ended its work on {e.Item}",
        ScopeEventKind.ChildStarted => "was started",
        ScopeEventKind.ChildEnded => "ended",
        ScopeEventKind.WaitStarted => "began to wait",
        ScopeEventKind.WaitEnded => "went on after a wait",
        ScopeEventKind.ScopeOpened => $"opened '{e.ScopeName}'",
        ScopeEventKind.CancelRequested => $"cancelled '{e.ScopeName}'",
        _ => $"printed or noted '{e.Text}'",
    };

    private static string Because(WorkerProcess worker)
    {
        // "Stack overflow.", or "Process terminated." with the reason in the next line, or "Unhandled exception. …".
        var words = worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [] => $" (exit code {worker.ExitCode})",
            ["Process terminated.", var reason, ..] => $": {reason.TrimEnd('.')}",
            [var first, ..] => $": {first.TrimEnd('.')}",
        };
    }
}
