using System.Runtime.CompilerServices;
using System.Text;
using Grader;

namespace Checks.Tests;

/// <summary>What each wrong answer is told, as it was approved: <c>Messages/NN-slug/Answer.txt</c>.</summary>
/// <remarks>To approve anew what has changed, run the tests with <c>APPROVE=1</c>, and read the difference: would a learner know what to do next?</remarks>
internal static class Messages
{
    public static void IsApproved(CheckReport report, string file)
    {
        var path = Path.Combine(Folder(), report.Exercise, Path.ChangeExtension(Path.GetFileName(file), ".txt"));
        var text = Describe(report);
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "(nothing: run the tests with APPROVE=1, and read what is written there)", text);
    }

    /// <summary>Those approved for answers that are no longer there.</summary>
    public static IEnumerable<string> Stale() =>
        from path in Directory.EnumerateFiles(Folder(), "*.txt", SearchOption.AllDirectories)
        let exercise = Path.GetFileName(Path.GetDirectoryName(path)!)
        where !File.Exists(Answers.PathOf(exercise, Path.Combine("wrong", Path.GetFileNameWithoutExtension(path) + ".cs")))
        select path;

    private static string Describe(CheckReport report)
    {
        var text = new StringBuilder();
        text.Append($"{report.Points} of {report.MaxPoints} points. {report.Summary}\n");
        foreach (var check in report.Checks)
            text.Append($"    {check.Verdict,-13} {check.Points,3}/{check.MaxPoints,-3} {check.Sentence}\n");
        var shown = report.FirstFailure!;
        text.Append($"\nexpected   {shown.Reason!.Expected}\nhappened   {shown.Reason.Happened}\n");
        if (shown.Reason.Misconception is { } misconception)
            text.Append($"behind it  {misconception}\n");
        if (shown.Reason.WhereToLook is { } look)
            text.Append($"look       {look}\n");
        if (shown.Run is { } run)
            text.Append($"run        {run.Scenario}, schedule {run.Seed}{(run.Line is { } line ? $", line {line}" : "")}: {run.Ending}\n");
        return text.Append($"hint       {shown.HintRung}\n").ToString().ReplaceLineEndings("\n");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Messages");
}
