using System.Text.Json;

namespace Workshop.Tests;

/// <summary>A learner who is stuck climbs the ladder, one rung at a time.</summary>
public sealed class HintVerbTests
{
    [Fact]
    public async Task Hint_AskedAgainAndAgain_ClimbsTheLadderAndStopsAtItsTop()
    {
        using var kit = new KitCopy();
        string[] headings = ["What the tray counts", "What to wait for, and where", "Almost the answer"];
        for (var rung = 1; rung <= 4; rung++)
        {
            var run = await kit.RunAsync("hint", "03");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains($"hint {Math.Min(rung, 3)} of 3", run.Out, StringComparison.Ordinal);
            Assert.Contains(headings[Math.Min(rung, 3) - 1], run.Out, StringComparison.Ordinal);
            Assert.Equal(rung >= 3, run.Out.Contains("the last one", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Hint_ForOneRung_ShowsItAndGoesOnBehindIt()
    {
        using var kit = new KitCopy();
        Assert.Contains("hint 2 of 3", (await kit.RunAsync("hint", "03", "--rung", "2")).Out, StringComparison.Ordinal);
        Assert.Contains("hint 3 of 3", (await kit.RunAsync("hint", "03")).Out, StringComparison.Ordinal);
        Assert.Contains("hint 1 of 3", (await kit.RunAsync("hint", "03", "--rung", "1")).Out, StringComparison.Ordinal);
        Assert.Contains("hint 3 of 3", (await kit.RunAsync("hint", "03")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hint_All_ShowsEveryRung()
    {
        using var kit = new KitCopy();
        var run = await kit.RunAsync("hint", "join-the-queue", "--all");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("hint 1 of 3", run.Out, StringComparison.Ordinal);
        Assert.Contains("hint 3 of 3", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hint_Json_IsOneDocument()
    {
        using var kit = new KitCopy();
        var run = await kit.RunAsync("hint", "03", "--json");
        using var document = JsonDocument.Parse(run.Out);
        var rung = Assert.Single(document.RootElement.GetProperty("rungs").EnumerateArray());
        Assert.Equal(1, rung.GetProperty("rung").GetInt32());
        Assert.Equal("What the tray counts", rung.GetProperty("heading").GetString());
        Assert.Equal(3, document.RootElement.GetProperty("of").GetInt32());
    }

    [Fact]
    public async Task Hint_AfterACheck_LeavesTheBestResultAlone()
    {
        using var kit = new KitCopy();
        await kit.CheckAsync("Solution.cs");
        await kit.RunAsync("hint", "03");
        Assert.Contains("passed", (await kit.RunAsync("progress")).Out, StringComparison.Ordinal);
        Assert.Contains("hint 2 of 3", (await kit.RunAsync("hint", "03")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hint_ExerciseWithoutHints_SaysSoInOneLine()
    {
        using var kit = new KitCopy();
        File.Delete(kit.In($"exercises/{KitCopy.Slug}/HINTS.md"));
        var run = await kit.RunAsync("hint", "03");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("HINTS.md", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
