using System.Runtime.CompilerServices;

namespace Grader;

/// <summary>What every class of checks derives from: it has the evidence, and the way to say what is wrong with it.</summary>
/// <remarks>A check is a method marked <see cref="CheckAttribute"/>; xunit makes the object and calls it. Its name is a sentence.</remarks>
public abstract class ExerciseChecks
{
    private readonly JudgingSession _session = JudgingSession.Current
        ?? throw new InvalidOperationException("Checks judge the evidence of an exercise: they are run by the grader, not by a test explorer.");

    /// <summary>The runs to judge.</summary>
    protected Evidence Evidence => _session.Evidence;

    /// <summary>Judges each run by itself. The check fails with the smallest of the runs in which something is wrong.</summary>
    /// <param name="judge">Says what is wrong with a run; <see langword="null"/>: nothing. Called for several runs at once.</param>
    /// <param name="check">Set by the compiler.</param>
    protected void InEveryRun(Func<ObservedRun, Finding?> judge, [CallerMemberName] string check = "")
    {
        ArgumentNullException.ThrowIfNull(judge);

        var runs = Evidence.Runs;
        var findings = new Finding?[runs.Count];
        Parallel.For(0, runs.Count, i => findings[i] = judge(runs[i]));

        // The plain order in the plainest scenario is the easiest to follow; after that the shortest story is.
        var worst = runs
            .Zip(findings, (run, finding) => (Run: run, Finding: finding))
            .Where(judged => judged.Finding is not null)
            .OrderBy(judged => judged.Finding!.Verdict == Verdict.Skipped)
            .ThenBy(judged => judged.Run.Seed != 0)
            .ThenBy(judged => judged.Run.Seed == 0 ? Evidence.PlaceOf(judged.Run) : 0)
            .ThenBy(judged => judged.Run.Events.Count)
            .ThenBy(judged => judged.Run.Seed)
            .FirstOrDefault();
        if (worst.Finding is null)
            return;
        _session.Record(check, worst.Finding, worst.Run);
        throw new CheckFailedException(worst.Finding.Happened);
    }
}

/// <summary>How a check tells xunit that it failed; the finding itself goes to the session.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
