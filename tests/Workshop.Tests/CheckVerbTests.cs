using System.Text.Json;

namespace Workshop.Tests;

/// <summary>What the learner sees. The verdicts themselves are tested in Grader.Tests and Checks.Tests.</summary>
public sealed class CheckVerbTests
{
    [Fact]
    public async Task Check_Stub_IsNotStartedAndExit1()
    {
        using var kit = new KitCopy();
        var run = await kit.CheckAsync("Stub.cs");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NOT-STARTED", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_RightAnswer_PassesAndExit0()
    {
        using var kit = new KitCopy();
        var run = await kit.CheckAsync("Solution.cs");
        Assert.True(run.ExitCode == 0, run.Out);
        Assert.Contains("PASS", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WrongAnswer_SaysWhyHowToSeeItAgainAndWhereThePictureIs()
    {
        using var kit = new KitCopy();
        var run = await kit.CheckAsync("wrong/WaitedForAnEmptyTray.cs");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Taken is not processed", run.Out, StringComparison.Ordinal);
        Assert.Contains("-- check 03 --seed 0 --schedules 1", run.Out, StringComparison.Ordinal);
        Assert.Contains("hint", run.Out, StringComparison.Ordinal);
        Assert.Contains("<svg", await File.ReadAllTextAsync(Path.Combine(kit.Path, "artifacts", "check", "03-join-the-queue.html")), StringComparison.Ordinal);
        Assert.DoesNotContain(" \n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AnotherFile_IsJudgedAndChangesNoProgress()
    {
        using var kit = new KitCopy();
        var run = await CommandLine.RunInAsync(kit.Path, "check", "03", "--schedules", "20", "--file", Path.Combine(CommandLine.Repository, "solutions", "03-join-the-queue", "wrong", "NeverMarkedDone.cs"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--seed 0 --schedules 1 --file", run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(kit.Path, "artifacts", "progress.json")));
    }

    [Fact]
    public async Task Check_Json_IsOneDocument()
    {
        using var kit = new KitCopy();
        var run = await kit.CheckAsync("wrong/JoinedOutsideTheGroup.cs", "--json", "--schedules", "20");
        using var document = JsonDocument.Parse(run.Out);
        Assert.Equal("deadlock", document.RootElement.GetProperty("verdict").GetString());
        Assert.Empty(run.Error);
    }

    /// <summary>The learner's side of the kit in a folder of its own, so that no test touches what somebody has written in the repository.</summary>
    private sealed class KitCopy : IDisposable
    {
        private const string Slug = "03-join-the-queue";
        private readonly TemporaryFolder _folder = new();

        public KitCopy()
        {
            File.Copy(System.IO.Path.Combine(CommandLine.Repository, "Workshop.slnx"), System.IO.Path.Combine(Path, "Workshop.slnx"));
            var exercise = Directory.CreateDirectory(System.IO.Path.Combine(Path, "exercises", Slug)).FullName;
            File.Copy(System.IO.Path.Combine(CommandLine.Repository, "exercises", Slug, "HINTS.md"), System.IO.Path.Combine(exercise, "HINTS.md"));
        }

        public string Path => _folder.Path;

        public Task<CommandLine> CheckAsync(string answer, params string[] options)
        {
            File.Copy(System.IO.Path.Combine(CommandLine.Repository, "solutions", Slug, answer), System.IO.Path.Combine(Path, "exercises", Slug, "JoinTheQueue.cs"));
            return CommandLine.RunInAsync(Path, ["check", "03", .. options]);
        }

        public void Dispose() => _folder.Dispose();
    }
}
