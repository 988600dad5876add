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
        var precious = Path.Combine(_folder, "precious");
        await File.WriteAllTextAsync(precious, "my thesis");
        var file = Path.Combine(_folder, "Answer.cs");
        var source = answer.Source
            .Replace("FOLDER", _folder, StringComparison.Ordinal)
            .Replace("ROOT", Repository.FindRoot(), StringComparison.Ordinal)
            .Replace("GRADER", $"{Environment.ProcessId}", StringComparison.Ordinal)
            .Replace("PORT", "9", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, source);

        var report = await ExerciseGrader.CheckAsync(s_exercise, new CheckOptions { File = file, Schedules = 2, TimeLimit = answer.TimeLimit });

        Assert.True(report.Verdict == answer.Verdict, report.ToJson());
        Assert.Contains(answer.Says, SaidFirst(report), StringComparison.Ordinal);
        Assert.InRange(report.Points, 0, 20); // what a program that does nothing earns
        Assert.InRange(report.ToJson().Length, 0, 50_000);
        Assert.Equal([file, precious], Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
        Assert.Equal((source, "my thesis"), (await File.ReadAllTextAsync(file), await File.ReadAllTextAsync(precious)));
        if (answer.IsCurious)
            Assert.Equal("", report.Output);
    }

    private static string SaidFirst(CheckReport report) =>
        report.Diagnostics.Count > 0 ? report.Diagnostics[0].Sentence : $"{report.FirstFailure?.Reason?.Happened} {report.FirstFailure?.Reason?.Misconception}";
}
