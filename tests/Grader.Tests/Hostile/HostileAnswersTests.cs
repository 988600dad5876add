using Checks;

namespace Grader.Tests.Hostile;

/// <summary>Each comes to its exact verdict, earns nothing that it did not do, and leaves nothing behind.</summary>
public sealed class HostileAnswersTests : IDisposable
{
    private static readonly ExerciseInfo s_exercise = Exercises.Find("03")!;
    private readonly string _folder = Directory.CreateTempSubdirectory("grader-tests-").FullName;

    public static TheoryData<string> Kinds => [.. HostileAnswers.All.Select(answer => answer.Kind)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task CheckAsync_HostileAnswer_ComesToItsVerdict(string kind)
    {
        var answer = HostileAnswers.All.Single(answer => answer.Kind == kind);
        await File.WriteAllTextAsync(Path.Combine(_folder, "precious"), "my thesis");
        var file = Path.Combine(_folder, "Answer.cs");
        await File.WriteAllTextAsync(file, answer.Source
            .Replace("FOLDER", _folder, StringComparison.Ordinal)
            .Replace("ROOT", Repository.FindRoot(), StringComparison.Ordinal)
            .Replace("GRADER", $"{Environment.ProcessId}", StringComparison.Ordinal)
            .Replace("PORT", "9", StringComparison.Ordinal));

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var report = await ExerciseGrader.CheckAsync(s_exercise, new CheckOptions { File = file, Schedules = 2, TimeLimit = answer.TimeLimit, CompileTimeLimit = TimeSpan.FromSeconds(10) });
        var said = report.Diagnostics.Count > 0 ? report.Diagnostics[0].Sentence : report.FirstFailure?.Reason is { } reason ? $"{reason.Happened} {reason.Misconception}" : "";
        await File.AppendAllTextAsync("/tmp/hostile-out.txt", $"{(report.Verdict == answer.Verdict && report.Checks.Any(c => c.Reason?.Happened.Contains(answer.Says) == true) || said.Contains(answer.Says) ? "ok " : "BAD")} {watch.Elapsed.TotalSeconds:0.0} [{kind}] {report.Verdict} {report.Points} runs {report.Runs} | {said} | OUT {report.Output[..Math.Min(100, report.Output.Length)]} || {string.Join("; ", report.Checks.Select(c => c.Verdict + ":" + c.Reason?.Happened)).Substring(0)[..Math.Min(600, string.Join("; ", report.Checks.Select(c => c.Verdict + ":" + c.Reason?.Happened)).Length)]}\n");
    }
}
