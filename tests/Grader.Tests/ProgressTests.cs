namespace Grader.Tests;

public sealed class ProgressTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("grader-tests-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Read_NothingRecorded_IsEmpty() => Assert.Empty(Progress.Read(_root));

    [Fact]
    public void Record_WorseResultLater_KeepsTheBest()
    {
        Progress.Record(_root, Report(Verdict.NotStarted, 0));
        Progress.Record(_root, Report(Verdict.Fail, 40));
        Progress.Record(_root, Report(Verdict.Pass, 100));
        Progress.Record(_root, Report(Verdict.Deadlock, 60));

        var entry = Progress.Read(_root)["03-join-the-queue"];
        Assert.Equal((Verdict.Pass, 100, 100), (entry.Verdict, entry.Points, entry.MaxPoints));
        Assert.Equal((Verdict.Deadlock, 60), (entry.Last?.Verdict, entry.Last?.Points));
    }

    [Fact]
    public void Record_GradersOwnError_CountsForNothing()
    {
        Progress.Record(_root, Report(Verdict.GraderError, 0));

        Assert.Empty(Progress.Read(_root));
    }

    [Fact]
    public void Read_FileDamaged_IsEmpty()
    {
        Directory.CreateDirectory(Path.Combine(_root, "artifacts"));
        File.WriteAllText(Path.Combine(_root, "artifacts", "progress.json"), "{ half");

        Assert.Empty(Progress.Read(_root));
    }

    private static CheckReport Report(Verdict verdict, int points) => new()
    {
        Exercise = "03-join-the-queue",
        Title = "Join the queue",
        File = "JoinTheQueue.cs",
        Verdict = verdict,
        Summary = "",
        Checks = [new CheckResult { Name = "A", Sentence = "A", Verdict = verdict, Points = points, MaxPoints = 100 }],
    };
}
