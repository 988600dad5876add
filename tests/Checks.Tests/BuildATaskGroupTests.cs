using Grader;

namespace Checks.Tests;

public sealed class BuildATaskGroupTests
{
    private const string Entry = "ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token)";

    /// <summary>Only on the fourth rung does anybody fail three times at once.</summary>
    [Fact]
    public async Task CheckAsync_RungThatEndsTheProcess_TakesNoOtherRungWithIt()
    {
        var report = await CheckAsync("if (group._errors.Count > 0)", "if (group._errors.Count == 3)\n            Environment.Exit(0);\n        if (group._errors.Count > 0)");

        var broken = Assert.Single(report.Checks, check => check.Verdict != Verdict.Pass);
        Assert.Equal(("EveryErrorIsKept", Verdict.Crash), (broken.Name, broken.Verdict));
        Assert.Contains("rung 4", broken.Reason!.Happened, StringComparison.Ordinal);
        Assert.Equal(85, report.Points);
    }

    [Fact]
    public async Task CheckAsync_NotesInAQueueOfTheLearnersOwn_AreNotTheLadders()
    {
        var report = await CheckAsync(Entry, "Task.CompletedTask; static BuildATaskGroup() => new JoinableQueue<string> { Name = \"notes\" }.TryPut(\"trying 4 an empty group is its body and nothing else\")");

        Assert.Equal(0, report.Points);
        Assert.StartsWith("No group was tried", report.FirstFailure!.Reason!.Happened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_ClimbThatNobodyAwaits_IsNotJudgedByWhatWasNotReached()
    {
        var report = await CheckAsync($"Task RunAsync(Ladder ladder, CancellationToken token) => {Entry};", $"async Task RunAsync(Ladder ladder, CancellationToken token) {{ _ = {Entry}; await Task.Yield(); }}");

        Assert.Equal("BuildATaskGroup.RunAsync ended before the climb did.", report.Checks[1].Reason!.Happened);
    }

    private static async Task<CheckReport> CheckAsync(string old, string replacement)
    {
        var folder = Directory.CreateTempSubdirectory("checks-tests-");
        try
        {
            var solution = await File.ReadAllTextAsync(Answers.PathOf("10-build-a-task-group", "Solution.cs"));
            Assert.Contains(old, solution, StringComparison.Ordinal);
            var file = Path.Combine(folder.FullName, "Answer.cs");
            await File.WriteAllTextAsync(file, solution.Replace(old, replacement, StringComparison.Ordinal));
            return await ExerciseGrader.CheckAsync(Exercises.Find("10")!, new CheckOptions { Root = Answers.Root, File = file, Schedules = 10, TimeLimit = TimeSpan.FromSeconds(60) });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
