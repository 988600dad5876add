using System.Text.Json;

namespace Workshop.Tests;

/// <summary>Where am I? The best result, and how the file stands now, which may be another matter.</summary>
public sealed class ProgressVerbTests
{
    [Fact]
    public async Task Progress_NothingDone_NamesTheFirstExerciseAsNext()
    {
        using var kit = new KitCopy();
        var run = await kit.RunAsync("progress");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"03-join-the-queue +not started +unchanged", run.Out);
        Assert.Contains("Next: ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_AsTheFileChanges_TellsBestAndNowApart()
    {
        using var kit = new KitCopy();

        await kit.CheckAsync("wrong/NeverMarkedDone.cs");
        Assert.Equal(("deadlock", "checked", "deadlock"), await StandingAsync(kit));

        await kit.CheckAsync("Solution.cs");
        Assert.Equal(("pass", "passed", "pass"), await StandingAsync(kit));

        await File.AppendAllTextAsync(kit.File03, "// one more thought\n");
        Assert.Equal(("pass", "edited", "pass"), await StandingAsync(kit));

        await kit.CheckAsync("wrong/JoinedOutsideTheGroup.cs");
        Assert.Equal(("pass", "checked", "deadlock"), await StandingAsync(kit));
        Assert.Matches(@"03-join-the-queue +passed, 100 of 100 +deadlock", (await kit.RunAsync("progress")).Out);

        await kit.RunAsync("reset", "03");
        Assert.Equal(("pass", "unchanged", "deadlock"), await StandingAsync(kit));

        File.Delete(kit.File03);
        Assert.Equal(("pass", "missing", "deadlock"), await StandingAsync(kit));
    }

    [Fact]
    public async Task Progress_FileIsGone_SaysHowToGetItBack()
    {
        using var kit = new KitCopy();
        kit.PassTheOthers();
        File.Delete(kit.File03);
        var run = await kit.RunAsync("progress");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("-- reset 03", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_FewSchedulesOnly_AreNoPass()
    {
        using var kit = new KitCopy();
        var check = await kit.CheckAsync("Solution.cs", "--schedules", "1");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("not started", (await kit.RunAsync("progress")).Out, StringComparison.Ordinal);
    }

    private static async Task<(string? Best, string? File, string? Last)> StandingAsync(KitCopy kit)
    {
        var run = await kit.RunAsync("progress", "--json");
        using var document = JsonDocument.Parse(run.Out);
        var exercise = document.RootElement.GetProperty("exercises").EnumerateArray().Single(e => e.GetProperty("exercise").GetString() == KitCopy.Slug);
        return (exercise.GetProperty("best").GetProperty("verdict").GetString(), exercise.GetProperty("file").GetString(), exercise.GetProperty("best").GetProperty("last").GetProperty("verdict").GetString());
    }
}
