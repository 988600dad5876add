using System.Text.Json;
using System.Text.RegularExpressions;

namespace Workshop.Tests;

/// <summary>The report of a check names one run; the learner copies the command and sees that very run, step by step.</summary>
public sealed class ReplayVerbTests
{
    [Fact]
    public async Task Replay_CommandThatCheckPrinted_ShowsThatRunAgain()
    {
        using var kit = new KitCopy();
        var check = await kit.CheckAsync("wrong/WaitedForAnEmptyTray.cs", "--seed", "1", "--schedules", "20");
        var ending = Regex.Match(check.Out, @"schedule \d+: (\w+) at ([\d.]+ s)");
        Assert.True(ending.Success, check.Out);

        var run = await kit.RunAsync(CommandIn(check));

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("Taken is not processed", run.Out, StringComparison.Ordinal);
        Assert.Contains($": {ending.Groups[1].Value} at {ending.Groups[2].Value}", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"time +│ main +│", run.Out); // the table
        Assert.Contains("PICKED before", run.Out, StringComparison.Ordinal);
        Assert.Contains("press 2", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("changed since", run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(kit.In("artifacts/progress.json")));
    }

    [Fact]
    public async Task Replay_CodeChangedSince_SaysSo()
    {
        using var kit = new KitCopy();
        var check = await kit.CheckAsync("wrong/WaitedForAnEmptyTray.cs", "--schedules", "1");
        kit.Write("Solution.cs");

        var run = await kit.RunAsync(CommandIn(check));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("The code changed since the trace was recorded", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_AnotherFile_IsRun()
    {
        using var kit = new KitCopy();
        var file = Path.Combine(CommandLine.Repository, "solutions", KitCopy.Slug, "wrong", "NeverMarkedDone.cs");
        var check = await kit.RunAsync("check", "03", "--schedules", "1", "--file", file);
        var run = await kit.RunAsync([.. CommandIn(check), "--json"]);
        Assert.Equal(1, run.ExitCode);
        using var document = JsonDocument.Parse(run.Out);
        Assert.Equal("deadlock", document.RootElement.GetProperty("check").GetProperty("verdict").GetString());
        Assert.Contains("│", document.RootElement.GetProperty("table").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("divergence").ValueKind);
    }

    private static string[] CommandIn(CommandLine check) =>
        Assert.Single(check.Lines, line => line.Contains(" again ", StringComparison.Ordinal)).Split(" -- ")[1].Split(' ');
}
