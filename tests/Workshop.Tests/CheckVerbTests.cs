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
        Assert.Contains("-- replay 03 --trace 1.s1.", run.Out, StringComparison.Ordinal);
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
        Assert.Matches("-- replay 03 --trace 1\\.s1\\.\\S+ --file ", run.Out);
        Assert.False(File.Exists(Path.Combine(kit.Path, "artifacts", "progress.json")));
    }

    [Fact]
    public async Task Check_ProgramThatDoesNothing_EarnsNothingAndExit1()
    {
        using var kit = new KitCopy();
        File.Copy(Path.Combine(CommandLine.Repository, "exercises", "04-clean-up-on-cancel", "HINTS.md"), kit.In("exercises/04-clean-up-on-cancel/HINTS.md"));
        var idle = kit.In("Idle.cs");
        await File.WriteAllTextAsync(idle, "public static class CleanUpOnCancel { public static Task RunAsync(Bakery bakery, CancellationToken token) => Task.CompletedTask; }");
        var run = await CommandLine.RunInAsync(kit.Path, "check", "04", "--schedules", "5", "--file", idle);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("0 of 7 checks passed", run.Out, StringComparison.Ordinal);
        Assert.Matches("happened +Not judged yet: nobody mixed anything", run.Out);
        Assert.Contains("hint 04 --rung 2", run.Out, StringComparison.Ordinal);
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
}
